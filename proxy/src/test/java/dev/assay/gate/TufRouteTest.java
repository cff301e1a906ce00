package dev.assay.gate;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.tuf.TargetPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was verified here is handed on under {@code /tuf/}, verbatim. */
final class TufRouteTest extends GateTestCase {
    private static final String METADATA = "tuf/metadata/";

    private final SignedIndex index = index();
    private TestMirror signing;
    private TestProxy proxy;

    @BeforeEach
    void publish() throws Exception {
        index.add(PROJECT, WHEEL, bytes(100));
        index.tuf.delegate("targets", "outer", false, "*");
        index.tuf.delegate("outer", "inner role", false, "*");
        index.tuf.target("inner role", "x");
        index.tuf.publishTargets("outer");
        index.tuf.publishTargets("inner role");
        index.publish();
        signing = mirror(index);
        signing.put("metadata/1.inner role.json", index.tuf.file("1.inner%20role.json"));
        proxy = start(setupSignedBy(signing, index, mirror(index)));
        proxy.refresh();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json", "1.outer.json"})
    void metadataIsHandedOnVerbatim(String name) throws Exception {
        assertThat(get(proxy, METADATA + name).body()).isEqualTo(index.tuf.file(name));
    }

    @Test
    void aRoleThatIsNotLoadedIsFoundThroughItsDelegators() throws Exception {
        assertThat(get(proxy, METADATA + "1.inner%20role.json").body())
                .isEqualTo(index.tuf.file("1.inner%20role.json"));
        assertThat(signing.asked("metadata/1.outer.json")).isEqualTo(1);
    }

    @Test
    void everyRootSinceThePinnedOneIsThere() throws Exception {
        index.tuf.publishRoot();
        index.serveMetadata();
        proxy.refresh();

        assertThat(get(proxy, METADATA + "1.root.json").body()).isEqualTo(index.tuf.root(1));
        assertThat(get(proxy, METADATA + "2.root.json").body()).isEqualTo(index.tuf.root(2));
        assertThat(get(proxy, METADATA + "3.root.json").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9.snapshot.json",
                "snapshot.json",
                "1.nobody.json",
                "9.outer.json",
                "outer.json",
                "x",
                "",
                "01.outer.json"
            })
    void whatIsNotTrustedHereIsNotFound(String name) throws Exception {
        HttpResponse<byte[]> answer = get(proxy, METADATA + name);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(new String(answer.body(), US_ASCII)).contains("detail");
    }

    @Test
    void aRoleThatDoesNotVerifyIsNotHandedOn() throws Exception {
        byte[] forged = index.tuf.file("1.outer.json").clone();
        forged[forged.length - 2] ^= 1;
        signing.put("metadata/1.outer.json", forged);

        assertThat(get(proxy, METADATA + "1.outer.json").statusCode()).isEqualTo(424);
    }

    @Test
    void whoReadATimestampFindsWhatItLeadsToThoughThereIsANewerOne() throws Exception {
        get(proxy, METADATA + "timestamp.json");
        byte[] snapshot = index.tuf.file("2.snapshot.json");
        byte[] targets = index.tuf.file("2.targets.json");
        index.publish();
        proxy.refresh();

        assertThat(get(proxy, METADATA + "2.snapshot.json").body()).isEqualTo(snapshot);
        assertThat(get(proxy, METADATA + "2.targets.json").body()).isEqualTo(targets);
        assertThat(get(proxy, METADATA + "3.snapshot.json").statusCode()).isEqualTo(200);
    }

    @Test
    void theVersionOfARoleBeforeTheOneInForceIsStillThere() throws Exception {
        proxy.updater.load(new TargetPath("x"), clock.instant());
        byte[] before = index.tuf.file("1.outer.json");
        index.tuf.publishTargets("outer");
        index.publish();
        proxy.refresh();
        proxy.updater.load(new TargetPath("x"), clock.instant());

        assertThat(get(proxy, METADATA + "1.outer.json").body()).isEqualTo(before);
        assertThat(get(proxy, METADATA + "2.outer.json").statusCode()).isEqualTo(200);
    }

    @Test
    void expiredMetadataIsHandedOnForOthersToJudge() throws Exception {
        clock.advance(Duration.ofDays(400));

        assertThat(get(proxy, METADATA + "timestamp.json").statusCode()).isEqualTo(200);
        assertThat(get(proxy, "simple/" + PROJECT + "/").statusCode()).isEqualTo(424);
    }

    @Test
    void withoutConsistentSnapshotsNamesHaveNoVersion() throws Exception {
        index.tuf.consistentSnapshot = false;
        index.tuf.publishRoot();
        index.tuf.publishTargets("outer");
        index.publish();
        proxy.refresh();

        assertThat(get(proxy, METADATA + "snapshot.json").body()).isEqualTo(index.tuf.file("snapshot.json"));
        HttpResponse<byte[]> role = get(proxy, METADATA + "outer.json");
        assertThat(role.body()).isEqualTo(index.tuf.file("outer.json"));
        assertThat(field(role, "Cache-Control")).isEqualTo("no-cache");
        assertThat(get(proxy, METADATA + "3.targets.json").statusCode()).isEqualTo(404);
    }

    @Test
    void onlyWhatCanNotChangeMayBeKeptWithoutAsking() throws Exception {
        assertThat(field(get(proxy, METADATA + "timestamp.json"), "Cache-Control"))
                .isEqualTo("no-cache");
        assertThat(field(get(proxy, METADATA + "2.snapshot.json"), "Cache-Control"))
                .contains("immutable");
        assertThat(field(get(proxy, METADATA + "1.root.json"), "Cache-Control")).contains("immutable");
    }

    @Test
    void theEntityTagIsTheDigestOfTheBytesAndAnswersConditions() throws Exception {
        HttpResponse<byte[]> first = get(proxy, METADATA + "timestamp.json");
        String etag = field(first, "ETag");

        assertThat(etag).isEqualTo('"' + sha256(first.body()) + '"');
        HttpResponse<byte[]> second = get(proxy, METADATA + "timestamp.json", "If-None-Match", etag);
        assertThat(second.statusCode()).isEqualTo(304);
        assertThat(second.body()).isEmpty();
        assertThat(head(proxy, METADATA + "timestamp.json").headers().firstValue("ETag"))
                .contains(etag);
    }

    @Test
    void gzipIsGivenToWhoTakesItAndHasATagOfItsOwn() throws Exception {
        HttpResponse<byte[]> plain = get(proxy, METADATA + "1.root.json");
        HttpResponse<byte[]> coded = get(proxy, METADATA + "1.root.json", "Accept-Encoding", "gzip");

        assertThat(field(coded, "Content-Encoding")).isEqualTo("gzip");
        assertThat(gunzip(coded.body())).isEqualTo(plain.body());
        assertThat(field(coded, "ETag")).isEqualTo('"' + sha256(coded.body()) + '"');
        assertThat(field(plain, "Vary")).isEqualTo("Accept-Encoding");
    }

    @Test
    void signedPagesAreHandedOnAsTargets() throws Exception {
        String place = index.pagePlace(PROJECT);
        byte[] page = index.content("/" + place).orElseThrow();
        String plain = place.replaceFirst("[0-9a-f]{64}\\.", "");

        HttpResponse<byte[]> prefixed = get(proxy, "tuf/targets/" + place);
        assertThat(prefixed.body()).isEqualTo(page);
        assertThat(field(prefixed, "Cache-Control")).contains("immutable");
        assertThat(field(prefixed, "X-Content-Type-Options")).isEqualTo("nosniff");
        HttpResponse<byte[]> unprefixed = get(proxy, "tuf/targets/" + plain);
        assertThat(unprefixed.body()).isEqualTo(page);
        assertThat(field(unprefixed, "Cache-Control")).isEqualTo("no-cache");
        assertThat(get(proxy, "tuf/targets/" + place.replaceFirst("[0-9a-f]{64}", "0".repeat(64)))
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tuf/targets/",
                "tuf/targets/x",
                "tuf/targets/simple/nobody/vnd.pypi.simple.v1.json",
                "tuf/",
                "tuf/x"
            })
    void whatIsNoPageIsNotFound(String path) throws Exception {
        assertThat(get(proxy, path).statusCode()).isEqualTo(404);
    }

    @Test
    void signedFilesAreHandedOnAsTargets() throws Exception {
        SignedIndex.Entry entry = index.add(PROJECT, "demo-2.0-py3-none-any.whl", bytes(300));
        index.publish();
        proxy.refresh();
        int name = entry.path.lastIndexOf('/') + 1;
        String prefixed = entry.path.substring(0, name) + sha256(entry.bytes) + "." + entry.path.substring(name);

        assertThat(get(proxy, "tuf/targets/" + prefixed).body()).isEqualTo(entry.bytes);
    }

    private static String sha256(byte[] bytes) {
        return Digest.of(HashAlgorithm.SHA256, bytes).hex();
    }

    private static byte[] gunzip(byte[] coded) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(coded))) {
            return in.readAllBytes();
        }
    }
}
