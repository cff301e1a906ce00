package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.tuf.MetaFile;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Whose word decides about a file, and what is said when nobody's does. */
final class SignedFilesTest extends GateTestCase {
    private static final byte[] BYTES = bytes(1000);

    @Test
    void anSdistIsFoundAmongTheProjectsThatItsNameCanMean() throws Exception {
        SignedIndex index = new SignedIndex(Layout.PAGES_ONLY);
        SignedIndex.Entry entry = index.add("a-b-c", "a-b-c-1.0.tar.gz", BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @Test
    void coreMetadataIsTrustedThroughTheSignedPage() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.coreMetadata = bytes(200);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertThat(get(proxy, entry.path + ".metadata").body()).isEqualTo(entry.coreMetadata);
    }

    @Test
    void coreMetadataPastItsCapIsNotTakenIn() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.coreMetadata = bytes((64 << 10) + 1);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertThat(get(proxy, entry.path + ".metadata").statusCode()).isEqualTo(502);
    }

    @Test
    void coreMetadataThatThePageDoesNotListIsRefused() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        assertThat(get(proxy, entry.path + ".metadata").statusCode()).isEqualTo(403);
        assertThat(mirror.askedForFiles()).isZero();
    }

    @Test
    void whenPageAndTargetSignDifferentHashesTheFileIsRefused() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.pageHashes = "{\"sha256\":\"" + "0".repeat(64) + "\"}";
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        assertRefused(get(proxy, entry.path), 403, "disagree");
        assertThat(mirror.askedForFiles()).isZero();
    }

    @Test
    void whenPageAndTargetSignDifferentLengthsTheFileIsRefused() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.pageSize = BYTES.length + 1L;
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertRefused(get(proxy, entry.path), 403, "disagree");
    }

    @Test
    void aFurtherHashOfThePageMustMatchToo() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.pageHashes = "{\"sha512\":\"" + "0".repeat(128) + "\"}";
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertRefused(get(proxy, entry.path), 403, "other bytes than signed");
    }

    @Test
    void aFileWithoutASupportedHashOnItsPageIsRefused() throws Exception {
        SignedIndex index = new SignedIndex(Layout.PAGES_ONLY);
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.pageHashes = "{\"md5\":\"" + "0".repeat(32) + "\"}";
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertRefused(get(proxy, entry.path), 403, "no supported hash");
    }

    @Test
    void aTargetWithoutASupportedHashIsRefused() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        index.publish();
        signTargetsWithTheHashAs(index, "md5");
        TestProxy proxy = start(setup(index, mirror(index)));

        assertRefused(get(proxy, entry.path), 403, "no supported hash");
    }

    @Test
    void aFileThatNobodySignedIsRefusedWithoutAskingAnyMirror() throws Exception {
        SignedIndex index = index();
        index.add(PROJECT, WHEEL, BYTES);
        TestMirror mirror = mirror(index.publish());
        TestProxy proxy = start(setup(index, mirror));

        assertRefused(get(proxy, "packages/aa/bb/cc/demo-2.0-py3-none-any.whl"), 403, "not signed");
        assertThat(mirror.askedForFiles()).isZero();
    }

    @Test
    void aFileWhoseLengthNobodyKnowsIsTrustedThroughItsPage() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.pageSize = -1;
        entry.isTarget = false;
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertThat(get(proxy, entry.path).body()).isEqualTo(BYTES);
    }

    @Test
    void aFileWithALengthThatIsNoTargetIsNotSignedThoughItsPageListsIt() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        entry.isTarget = false;
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertRefused(get(proxy, entry.path), 403, "not signed");
    }

    @Test
    void anUnknownProjectIs404() throws Exception {
        TestProxy proxy = start(setup(index().publish()));

        assertThat(get(proxy, "simple/demo/").statusCode()).isEqualTo(404);
    }

    @Test
    void expiredMetadataVouchesForNothingNotEvenForWhatIsStored() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));
        assertThat(get(proxy, entry.path).statusCode()).isEqualTo(200);
        assertThat(get(proxy, "-/readyz").statusCode()).isEqualTo(200);

        clock.advance(Duration.ofDays(400));

        assertRefused(get(proxy, entry.path), 424, "expired");
        assertRefused(get(proxy, "simple/demo/"), 424, "expired");
        assertThat(get(proxy, "-/readyz").statusCode()).isEqualTo(503);
    }

    @Test
    void aQuarantinedProjectHasAPageWithoutFilesAndNoneIsHandedOver() throws Exception {
        SignedIndex index = index();
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        index.status(PROJECT, "quarantined");
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        HttpResponse<byte[]> page = get(proxy, "simple/demo/?format=application/vnd.pypi.simple.v1%2Bjson");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(new String(page.body(), UTF_8)).contains("\"quarantined\"").contains("\"files\":[]");
        assertRefused(get(proxy, entry.path), 403, "quarantine");
    }

    @Test
    void anEntryThatIsAskedForInAnotherFolderIsNotTheSigned() throws Exception {
        SignedIndex index = new SignedIndex(Layout.PAGES_ONLY);
        SignedIndex.Entry entry = index.add(PROJECT, WHEEL, BYTES);
        TestProxy proxy = start(setup(index.publish(), mirror(index)));

        assertRefused(get(proxy, entry.path.replaceFirst("packages/..", "packages/zz")), 403, "not signed");
    }

    private static void signTargetsWithTheHashAs(SignedIndex index, String algorithm) throws Exception {
        String signed = new String(index.tuf.file(index.tuf.name("targets")), UTF_8);
        JsonObject changed = JsonReader.parseObject(
                        signed.replace("\"sha256\"", "\"" + algorithm + "\"").getBytes(UTF_8),
                        JsonReader.Numbers.INTEGERS_ONLY)
                .object("signed");
        index.tuf.put("targets", changed);
        index.tuf.entries.put("targets", new MetaFile(index.tuf.version("targets"), OptionalLong.empty(), List.of()));
        index.tuf.publishSnapshot();
        index.tuf.publishTimestamp();
        index.serveMetadata();
    }

    private static void assertRefused(HttpResponse<byte[]> answer, int status, String why) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(field(answer, "Content-Type")).isEqualTo("application/problem+json");
        assertThat(new String(answer.body(), UTF_8)).contains(why);
    }
}
