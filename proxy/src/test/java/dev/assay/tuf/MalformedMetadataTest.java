package dev.assay.tuf;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.SignatureScheme;
import dev.assay.encoding.CanonicalJson;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are signed as they must be, and wrong all the same. */
class MalformedMetadataTest {
    private static final String ROOT =
            "{'_type':'root','spec_version':'1.0.0','version':1,'expires':'2030-01-01T00:00:00Z',"
                    + "'keys':{},'roles':{'root':R,'timestamp':R,'snapshot':R,'targets':R}}";
    private static final String ROLE = "{'keyids':[],'threshold':1}";
    private static final String TARGETS =
            "{'_type':'targets','spec_version':'1.0.0','version':1,'expires':'2030-01-01T00:00:00Z','targets':{T}}";

    private static byte[] file(String signed) {
        return ("{\"signatures\":[],\"signed\":" + signed.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static Root root(String from, String to) throws InvalidMetadataException {
        return Root.parse(file(ROOT.replace(from, to).replace("R", ROLE)));
    }

    private static Targets targets(String members) throws InvalidMetadataException {
        return Targets.parse("targets", file(TARGETS.replace("{T}", "{}" + members)));
    }

    private static Targets target(String entry) throws InvalidMetadataException {
        return Targets.parse("targets", file(TARGETS.replace("{T}", "{" + entry + "}")));
    }

    @Test
    void plainRootIsRead() throws Exception {
        Root root = root("", "");
        assertThat(root.version()).isEqualTo(1);
        assertThat(root.consistentSnapshot()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'_type':'root'|'_type':'snapshot'",
                "'_type'|'type'",
                "'1.0.0'|'2.0.0'",
                "'1.0.0'|'1'",
                "'1.0.0'|'1.0.0-rc'",
                "'1.0.0'|1",
                "'version':1|'version':0",
                "'version':1|'version':-1",
                "'version':1|'version':'1'",
                "'version':1|'version':1.0",
                "'version':1|'version':99999999999999999999",
                "'version':1|'v':1",
                "'version':1|'version':null",
                "'keys':{}|'keys':[]",
                "'keys':{}|'keys':null",
                "'timestamp':R|'other':R",
                "'timestamp':R|'timestamp':null",
                "'timestamp':R|'timestamp':{'keyids':[],'threshold':0}",
                "'timestamp':R|'timestamp':{'keyids':[],'threshold':-1}",
                "'timestamp':R|'timestamp':{'keyids':[1],'threshold':1}",
                "'timestamp':R|'timestamp':{'keyids':'a','threshold':1}",
                "'timestamp':R|'timestamp':{'threshold':1}",
                "'keys':{}|'keys':{},'consistent_snapshot':1",
            })
    void rootOfAnotherShapeIsRefused(String from, String to) {
        assertRefused(Reason.MALFORMED, () -> root(from, to));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.0.33", "1.99.0"})
    void everyMinorVersionOfTheSpecificationIsRead(String version) throws Exception {
        assertThat(root("1.0.0", version).version()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2030-01-01T00:00:00",
                "2030-01-01T00:00:00.0Z",
                "2030-01-01T00:00:00+00:00",
                "2030-01-01 00:00:00Z",
                "2030-1-1T00:00:00Z",
                "2030-02-30T00:00:00Z",
                "2030-01-01T24:00:00Z",
                "2030-01-01T00:00:60Z",
                "+2030-01-01T00:00:0Z",
                "2030-01-01t00:00:00z",
                "",
                "1893456000"
            })
    void dateOfAnotherFormIsRefused(String date) {
        assertRefused(Reason.MALFORMED, () -> root("2030-01-01T00:00:00Z", date));
    }

    @Test
    void thresholdAboveTheKeysIsAValidRoot() throws Exception {
        Root root = root("'timestamp':R", "'timestamp':{'keyids':['a'],'threshold':1000}");
        assertThat(root.signers("timestamp").threshold()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"signed\":{}}",
                "{\"signatures\":{},\"signed\":{}}",
                "{\"signatures\":[null],\"signed\":{}}",
                "{\"signatures\":[{}],\"signed\":{}}",
                "{\"signatures\":[],\"signed\":null}",
                "{\"signatures\":[],\"signed\":{}} x",
                "{\"signatures\":[],\"signed\":{\"a\":1,\"a\":1}}"
            })
    void fileThatIsNoMetadataIsRefused(String text) {
        assertRefused(Reason.MALFORMED, () -> Root.parse(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'a':null",
                "'a':{}",
                "'a':{'length':1}",
                "'a':{'hashes':{}}",
                "'a':{'length':-1,'hashes':{}}",
                "'a':{'length':1,'hashes':[]}",
                "'a':{'length':1,'hashes':{'sha256':null}}",
                "'a':{'length':1,'hashes':{'sha256':'00'}}",
                "'a':{'length':1,'hashes':{'sha256':'zz'}}",
                "'a':{'length':1,'hashes':{'sha512':'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'}}",
                "'a':{'length':1,'hashes':{},'custom':1}",
                "'':{'length':1,'hashes':{}}"
            })
    void targetOfAnotherShapeIsRefused(String entry) {
        assertRefused(Reason.MALFORMED, () -> target(entry));
    }

    @Test
    void targetWithoutSupportedHashIsAnErrorOnlyWhenAskedFor() throws Exception {
        Targets targets = target("'a':{'length':1,'hashes':{'md5':'00'}},'b':{'length':1,'hashes':{'sha256':"
                + "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','md5':'x'}}");
        assertThat(targets.target(new TargetPath("b"), "targets")).isPresent();
        assertThat(targets.target(new TargetPath("c"), "targets")).isEmpty();
        assertRefused(Reason.MISMATCH, () -> targets.target(new TargetPath("a"), "targets"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",'delegations':null",
                ",'delegations':{}",
                ",'delegations':{'keys':{}}",
                ",'delegations':{'keys':{},'roles':{}}",
                ",'delegations':{'keys':{},'roles':[null]}",
                ",'delegations':{'keys':{},'roles':[{'name':'','keyids':[],'threshold':1}]}",
                ",'delegations':{'keys':{},'roles':[{'name':'root','keyids':[],'threshold':1}]}",
                ",'delegations':{'keys':{},'roles':[{'name':'a','keyids':[],'threshold':0}]}",
                ",'delegations':{'keys':{},'roles':[{'name':'a','keyids':[],'threshold':1,'terminating':1}]}",
                ",'delegations':{'keys':{},'roles':[{'name':'a','keyids':[],'threshold':1,'paths':['*'],"
                        + "'path_hash_prefixes':['0']}]}",
                ",'delegations':{'keys':{},'roles':[{'name':'a','keyids':[],'threshold':1},"
                        + "{'name':'a','keyids':[],'threshold':1}]}",
                ",'delegations':{'keys':{},'roles':[],'succinct_roles':{}}",
                ",'delegations':{'keys':{},'succinct_roles':{'keyids':[],'threshold':1,'bit_length':0,'name_prefix':'b'}}",
                ",'delegations':{'keys':{},'succinct_roles':{'keyids':[],'threshold':1,'bit_length':33,'name_prefix':'b'}}",
                ",'delegations':{'keys':{},'succinct_roles':{'keyids':[],'threshold':0,'bit_length':8,'name_prefix':'b'}}"
            })
    void delegationsOfAnotherShapeAreRefused(String members) {
        assertRefused(Reason.MALFORMED, () -> targets(members));
    }

    @Test
    void numberOfKeysIsBounded() {
        StringBuilder keys = new StringBuilder("'keys':{'k':0");
        for (int i = 0; i < Key.MAX_KEYS; i++) {
            keys.append(",'").append(i).append("':0");
        }
        assertRefused(Reason.MALFORMED, () -> root("'keys':{", keys + ",").version());
    }

    @Test
    void numberOfDelegationsIsBounded() {
        String roles = "0" + ",0".repeat(1 << 17);
        String message = catchThrowable(() -> targets(",'delegations':{'keys':{},'roles':[" + roles + "]}"))
                .getMessage();
        assertThat(message).contains("131073 elements (expected: <= 131072)");
    }

    @ParameterizedTest
    @CsvSource({"1024, true", "1025, false"})
    void roleHasABoundedNumberOfKeyids(int keyids, boolean read) {
        String ids = IntStream.range(0, keyids).mapToObj(i -> "'" + i + "'").collect(Collectors.joining(","));
        Throwable thrown =
                catchThrowable(() -> root("'timestamp':R", "'timestamp':{'keyids':[" + ids + "],'threshold':1}"));
        assertThat(thrown == null).as("%s", thrown).isEqualTo(read);
    }

    @Test
    void emptyTargetIsATarget() throws Exception {
        TargetPath path = new TargetPath("a");
        Targets read = target("'a':{'length':0,'hashes':{'sha256':'" + "0".repeat(64) + "'}}");
        assertThat(read.target(path, "targets").orElseThrow().length()).isZero();
    }

    /** As the prototypes of PyPI's integration wrote it. */
    @Test
    void hashUnderTheOldNameOfBlake2bIsToldByItsLength() throws Exception {
        Targets read = target("'a':{'length':1,'hashes':{'blake2b':'" + "0".repeat(64) + "'}}");
        assertThat(read.target(new TargetPath("a"), "targets").orElseThrow().digests())
                .containsExactly(new Digest(HashAlgorithm.BLAKE2B_256, new byte[32]));
    }

    @Test
    void customIsWrittenAsItWasRead() throws Exception {
        Targets read = target("'a':{'length':1,'hashes':{'sha256':'" + "0".repeat(64) + "'},'custom':{'x':1}}");
        assertThat(CanonicalJson.encode(read.toJson()))
                .asString(StandardCharsets.UTF_8)
                .contains("\"custom\":{\"x\":1}");
    }

    @Test
    void messageQuotesWhatItFoundAndShortensIt() {
        assertThat(catchThrowable(() -> root("'root','spec", "'" + "x".repeat(81) + "','spec")))
                .hasMessage("root: _type: \"" + "x".repeat(80) + "...\" (expected: root)");
        assertThat(catchThrowable(() -> root("'root','spec", "'" + "x".repeat(80) + "','spec")))
                .hasMessage("root: _type: \"" + "x".repeat(80) + "\" (expected: root)");
    }

    @Test
    void refusalNamesItsRole() {
        InvalidMetadataException e =
                catchThrowableOfType(InvalidMetadataException.class, () -> Targets.parse("bin-0a", file("{}")));
        assertThat(e.role()).isEqualTo("bin-0a");
    }

    @Test
    void pathsAreOrderedAndShownAsTheyAreWritten() {
        assertThat(new TargetPath("a")).isLessThan(new TargetPath("b")).hasToString("a");
    }

    @Test
    void anyByteChangedInASignedFileIsRefused() throws Exception {
        TestRepository repository = new TestRepository();
        byte[] bytes = repository.file("timestamp.json");
        TrustedSet set = TrustedSet.pinned(repository.root(1), SignatureScheme.CLASSICAL);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] spoiled = bytes.clone();
            int at = random.nextInt(bytes.length);
            spoiled[at] ^= (byte) (1 + random.nextInt(255));
            boolean sameSignature = new String(spoiled, StandardCharsets.ISO_8859_1)
                    .equalsIgnoreCase(new String(bytes, StandardCharsets.ISO_8859_1));
            if (!sameSignature) {
                assertThat(catchThrowable(() -> set.withTimestamp(spoiled, NOW)))
                        .as("seed %d, byte %d", seed, at)
                        .isInstanceOf(InvalidMetadataException.class);
            }
        }
    }

    @Test
    void messagesHoldNoControlCharactersFromOutside() {
        InvalidMetadataException e =
                new InvalidMetadataException(Reason.MISSING, "a\n", "role a\nINFO forged\u001b[0m é");
        assertThat(e).hasMessage("role a?INFO forged?[0m ?");
    }

    @Test
    void authoredModelsAreReadAsTheyWereWritten() throws Exception {
        TestRepository repository = new TestRepository();
        repository.delegate("targets", "a", true, "x/*", "y");
        repository.target("targets", "z");
        repository.publish("targets", "a");
        Targets written = repository.targetsModel("targets");
        Targets read = Targets.parse("targets", repository.file("2.targets.json"));
        assertThat(read.targets()).isEqualTo(written.targets());
        assertThat(read.delegations().orElseThrow().roles())
                .isEqualTo(written.delegations().orElseThrow().roles());
        assertThat(CanonicalJson.encode(read.toJson())).isEqualTo(CanonicalJson.encode(written.toJson()));
        Root root = Root.parse(repository.root(1));
        assertThat(root).isEqualTo(repository.rootModel());
        JsonObject snapshot = JsonReader.parseObject(
                        repository.file("2.snapshot.json"), JsonReader.Numbers.INTEGERS_ONLY)
                .object("signed");
        assertThat(CanonicalJson.encode(Snapshot.read(snapshot).toJson())).isEqualTo(CanonicalJson.encode(snapshot));
    }
}
