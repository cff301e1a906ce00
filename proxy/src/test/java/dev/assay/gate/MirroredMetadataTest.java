package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Metadata and pages that a mirror carries stand in for the repository while it can't deliver, and are believed as little as files. */
final class MirroredMetadataTest extends GateTestCase {
    private static final String NEW_WHEEL = "demo-2.0-py3-none-any.whl";
    private static final String TIMESTAMP = "metadata/timestamp.json";

    private final SignedIndex index = index().inHashedBins();
    private TestMirror signing;

    @BeforeEach
    void publish() throws IOException {
        index.add(PROJECT, WHEEL, bytes(1000));
        index.publish();
        signing = mirror(index);
    }

    private TestProxy start(TestMirror... mirrors) throws Exception {
        TestProxy proxy =
                start(TestProxy.Setup.of(index, signing, data(), clock, mirrors).withMetadataOnMirrors());
        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(200);
        return proxy;
    }

    /** A new file is signed, and the repository is gone before anybody has seen it. */
    private SignedIndex.Entry publishAndVanish() {
        SignedIndex.Entry entry = index.add(PROJECT, NEW_WHEEL, bytes(2000));
        index.publish();
        signing.close();
        return entry;
    }

    private void assertServed(TestProxy proxy, SignedIndex.Entry entry) throws Exception {
        assertThat(new String(get(proxy, "simple/demo/").body(), UTF_8)).contains(NEW_WHEEL);
        assertThat(get(proxy, entry.path).body()).isEqualTo(entry.bytes);
    }

    @Test
    void whatIsSignedAnewArrivesThroughAMirrorPagesAndRolesIncluded() throws Exception {
        TestProxy proxy = start(mirror(index));
        SignedIndex.Entry entry = publishAndVanish();

        proxy.refreshFromAnywhere();

        assertServed(proxy, entry);
        assertThat(new String(get(proxy, "-/metrics").body(), UTF_8))
                .contains("assay_refreshes_total{repository=\"test\",result=\"mirror\",} 1.0");
    }

    @Test
    void whileTheRepositoryDeliversNoMirrorIsAskedForMetadata() throws Exception {
        TestMirror mirror = mirror(index);
        TestProxy proxy = start(mirror);
        index.add(PROJECT, NEW_WHEEL, bytes(2000));
        index.publish();

        proxy.refreshFromAnywhere();

        assertThat(new String(get(proxy, "simple/demo/").body(), UTF_8)).contains(NEW_WHEEL);
        assertThat(mirror.askedPaths()).noneMatch(path -> path.startsWith("/metadata/"));
    }

    @Test
    void aMirrorThatLagsChangesNothingAndTheNextIsAsked() throws Exception {
        byte[] old = index.content("/" + TIMESTAMP).orElseThrow();
        TestMirror lagging = mirror(index);
        TestProxy proxy = start(lagging, mirror(index));
        SignedIndex.Entry entry = publishAndVanish();
        proxy.refreshFromAnywhere();

        lagging.put(TIMESTAMP, old);
        proxy.refreshFromAnywhere(); // older than what is trusted by now, and still no failure

        assertServed(proxy, entry);
    }

    @Test
    void aMirrorThatLiesChangesNothingAndTheNextIsAsked() throws Exception {
        TestMirror lying = mirror(index);
        TestProxy proxy = start(lying, mirror(index));
        SignedIndex.Entry entry = publishAndVanish();
        byte[] forged = new String(index.content("/" + TIMESTAMP).orElseThrow(), UTF_8)
                .replaceFirst("\"version\": ?[0-9]+", "\"version\":99")
                .getBytes(UTF_8);
        lying.put(TIMESTAMP, forged);

        proxy.refreshFromAnywhere();

        assertServed(proxy, entry);
    }

    @Test
    void whenNoMirrorHasItEitherTheRefreshFailsAndTheOldSetStays() throws Exception {
        TestMirror mirror = mirror(index);
        TestProxy proxy = start(mirror);
        publishAndVanish();
        mirror.close();

        assertThatThrownBy(proxy::refreshFromAnywhere).hasMessageContaining("metadata/");

        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(200);
    }
}
