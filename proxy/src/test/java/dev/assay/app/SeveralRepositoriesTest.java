package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several repositories behind one index-url, from the configuration on: whose word counts for what, and what is asked of whom. */
final class SeveralRepositoriesTest {
    private static final String ACME_IS_CORPS = """
            map:
              - {projects: ["acme", "acme-*"], repositories: [corp]}
              - {projects: ["*"], repositories: [public]}
            """;
    private static final String BOTH = """
            map:
              - {projects: ["*"], repositories: [eu, us]}
            """;
    private static final String TWO_OF_THREE = """
            map:
              - {projects: ["*"], repositories: [eu, us, asia], threshold: 2}
            """;
    private static final String OLD = "acme-1.0-py3-none-any.whl";
    private static final String NEW = "acme-9.9-py3-none-any.whl";

    @TempDir
    private Path folder;

    private final Map<String, SignedIndex> indexes = new LinkedHashMap<>();
    private final Map<String, TestMirror> servers = new LinkedHashMap<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void aPrivateNameIsNeverAskedOfThePublicSide() throws Exception {
        SignedIndex.Entry file = index("corp").add("acme", OLD, bytes(1));
        index("public").add("flask", "flask-3.0-py3-none-any.whl", bytes(2));
        Proxy proxy = start(ACME_IS_CORPS);

        assertThat(text(get(proxy, "simple/acme/"))).contains(OLD);
        assertThat(get(proxy, file.path).body()).isEqualTo(file.bytes);
        assertThat(text(get(proxy, "simple/flask/"))).contains("flask-3.0");

        assertThat(server("public").askedPaths()).isNotEmpty().noneMatch(path -> path.contains("acme"));
    }

    @Test
    void aFileThatThePrivateMirrorsLackIsNotLookedForOnThePublicOnes() throws Exception {
        SignedIndex.Entry file = index("corp").add("acme", OLD, bytes(1));
        index("public").add("acme", OLD, bytes(1));
        Proxy proxy = start(ACME_IS_CORPS);
        server("corp").status(file.path, 404);

        assertThat(get(proxy, file.path).statusCode()).isEqualTo(502);
        assertThat(server("public").askedForFiles()).isZero();
    }

    @Test
    void whatThePublicRepositorySignsOfAPrivateNameGetsNothing() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        SignedIndex.Entry confusing = index("public").add("acme", NEW, bytes(2));
        Proxy proxy = start(ACME_IS_CORPS);

        assertThat(text(get(proxy, "simple/acme/"))).contains(OLD).doesNotContain("9.9");
        assertThat(get(proxy, confusing.path).statusCode()).isEqualTo(403);
        assertThat(server("public").askedForFiles()).isZero();
    }

    @Test
    void nothingFallsThroughWhenTheOwnerKnowsNoSuchProject() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        SignedIndex.Entry confusing = index("public").add("acme-tools", "acme_tools-9.9-py3-none-any.whl", bytes(2));
        Proxy proxy = start(ACME_IS_CORPS);

        assertThat(get(proxy, "simple/acme-tools/").statusCode()).isEqualTo(404);
        assertThat(get(proxy, confusing.path).statusCode()).isEqualTo(403);
    }

    @Test
    void nothingFallsThroughWhenTheOwnerFails() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        SignedIndex.Entry confusing = index("public").add("acme", NEW, bytes(2));
        Proxy proxy = startWithout("corp", ACME_IS_CORPS);

        HttpResponse<byte[]> page = get(proxy, "simple/acme/");

        assertThat(page.statusCode()).isEqualTo(424);
        assertThat(text(page)).contains("corp: ");
        assertThat(get(proxy, confusing.path).statusCode()).isEqualTo(424);
    }

    @Test
    void aProjectThatNoEntryHasIsNotFoundWithTheReason() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        Proxy proxy = start("map: [{projects: [acme], repositories: [corp]}]\n");

        HttpResponse<byte[]> page = get(proxy, "simple/flask/");

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(text(page)).contains("no entry of the map has flask");
        assertThat(get(proxy, "packages/aa/bb/cc/flask-1.0-py3-none-any.whl").statusCode())
                .isEqualTo(403);
    }

    @Test
    void anSdistThatTwoOwnersCouldHaveIsWhoseSignedPageListsIt() throws Exception {
        SignedIndex.Entry file = index("public").add("foo", "foo-acme-1.0.tar.gz", bytes(1));
        index("corp").add("acme", OLD, bytes(2));
        Proxy proxy = start("""
                map:
                  - {projects: ["foo-acme"], repositories: [corp]}
                  - {projects: ["*"], repositories: [public]}
                """);

        assertThat(get(proxy, file.path).body()).isEqualTo(file.bytes);
    }

    @Test
    void anSdistOfAPrivateNameThatThePublicSideSignsButListsNowhereGetsNothing() throws Exception {
        SignedIndex.Entry confusing = index("public").add("foo", "foo-acme-1.0.tar.gz", bytes(1));
        index("public").rawPage("foo", "{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"foo\",\"files\":[]}");
        index("corp").add("acme", OLD, bytes(2));
        Proxy proxy = start("""
                map:
                  - {projects: ["foo-acme"], repositories: [corp]}
                  - {projects: ["*"], repositories: [public]}
                """);

        assertThat(get(proxy, confusing.path).statusCode()).isEqualTo(403);
    }

    @Test
    void theListHasEachNameWhereItsOwnerListsIt() throws Exception {
        index("corp").list(list("acme"));
        index("public").list(list("acme-tools", "flask"));
        Proxy proxy = start(ACME_IS_CORPS);

        assertThat(text(get(proxy, "simple/"))).contains("acme", "flask").doesNotContain("acme-tools");
    }

    @Test
    void withoutTheListOfOneRepositoryThereIsNone() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        index("public").list(list("flask"));
        Proxy proxy = start(ACME_IS_CORPS);

        HttpResponse<byte[]> answer = get(proxy, "simple/");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(text(answer)).contains("corp: ");
    }

    @Test
    void readinessNamesEachRepositoryAndStaysWhileOneCanVouch() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        index("public").add("flask", "flask-3.0-py3-none-any.whl", bytes(2));
        Proxy proxy = startWithout("public", ACME_IS_CORPS);
        assertThat(get(proxy, "simple/acme/").statusCode()).isEqualTo(200);

        HttpResponse<byte[]> ready = get(proxy, "-/readyz");

        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(text(ready)).contains("corp: ready\n").contains("public: not ready: ");
    }

    @Test
    void anAgreedPageListsWhatEnoughRepositoriesSign() throws Exception {
        for (String name : new String[] {"eu", "us"}) {
            index(name).add("acme", OLD, bytes(1));
        }
        SignedIndex.Entry ofOne = index("us").add("acme", NEW, bytes(2));
        Proxy proxy = start(BOTH);

        assertThat(text(get(proxy, "simple/acme/"))).contains(OLD).doesNotContain("9.9");
        assertThat(get(proxy, ofOne.path).statusCode()).isEqualTo(403);
        assertThat(text(get(proxy, ofOne.path))).contains("signed by 1 of 2 repositories (expected: 2)");
    }

    @Test
    void anAgreedFileIsHandedOverFromAnyOfTheirMirrors() throws Exception {
        SignedIndex.Entry file = index("eu").add("acme", OLD, bytes(1));
        index("us").add("acme", OLD, bytes(1));
        Proxy proxy = start(BOTH);
        server("eu").status(file.path, 404);

        assertThat(get(proxy, file.path).body()).isEqualTo(file.bytes);
    }

    @Test
    void aFileOnWhichTheyContradictEachOtherIsRefusedWithBothSides() throws Exception {
        SignedIndex.Entry file = index("eu").add("acme", OLD, bytes(1));
        SignedIndex.Entry other = index("us").add("acme", OLD, bytes(1));
        other.pageHashes = "{\"sha256\":\"" + "0".repeat(64) + "\"}";
        withoutFileTargets("us", other);
        Proxy proxy = start(BOTH);

        HttpResponse<byte[]> answer = get(proxy, file.path);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(text(answer)).contains("disagree").contains("eu: ").contains("us: ");
        assertThat(Files.readString(folder.resolve("data/audit.log"))).contains("signatures-disagree");
        assertThat(text(get(proxy, "simple/acme/"))).doesNotContain(OLD);
    }

    @Test
    void repositoriesThatHashByDifferentAlgorithmsHaveAgreedOnNothing() throws Exception {
        SignedIndex.Entry file = index("eu").add("acme", OLD, bytes(1));
        SignedIndex.Entry other = index("us").add("acme", OLD, bytes(1));
        other.pageHashes = "{\"blake2b-256\":\""
                + Digest.of(HashAlgorithm.BLAKE2B_256, other.bytes).hex() + "\"}";
        withoutFileTargets("us", other);
        Proxy proxy = start(BOTH);

        assertThat(get(proxy, file.path).statusCode()).isEqualTo(403);
        assertThat(text(get(proxy, "simple/acme/"))).doesNotContain(OLD);
    }

    @Test
    void aRepositoryThatFailsIsNotOneThatSaysNo() throws Exception {
        SignedIndex.Entry file = index("eu").add("acme", OLD, bytes(1));
        index("us").add("acme", OLD, bytes(1));
        Proxy proxy = startWithout("us", BOTH);

        HttpResponse<byte[]> page = get(proxy, "simple/acme/");

        assertThat(page.statusCode()).isEqualTo(424);
        assertThat(text(page)).contains("us: ");
        assertThat(get(proxy, file.path).statusCode()).isEqualTo(424);
    }

    @Test
    void whenTheOneThatFailsCouldChangeNothingThePageIsAnswered() throws Exception {
        for (String name : new String[] {"eu", "us", "asia"}) {
            index(name).add("acme", OLD, bytes(1));
        }
        Proxy proxy = startWithout("asia", TWO_OF_THREE);

        assertThat(text(get(proxy, "simple/acme/"))).contains(OLD);
    }

    @Test
    void whenTheOneThatFailsCouldAddAFileThePageIsNotAnswered() throws Exception {
        for (String name : new String[] {"eu", "us", "asia"}) {
            index(name).add("acme", OLD, bytes(1));
        }
        index("us").add("acme", NEW, bytes(2));
        Proxy proxy = startWithout("asia", TWO_OF_THREE);

        HttpResponse<byte[]> page = get(proxy, "simple/acme/");

        assertThat(page.statusCode()).isEqualTo(424);
        assertThat(text(page)).contains("asia: ");
    }

    @Test
    void aProjectThatTooFewKnowIsNotFound() throws Exception {
        index("eu").add("acme", OLD, bytes(1));
        index("us").add("flask", "flask-3.0-py3-none-any.whl", bytes(2));
        Proxy proxy = start(BOTH);

        HttpResponse<byte[]> page = get(proxy, "simple/acme/");

        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(text(page)).contains("signed by 1 of 2 repositories (expected: 2)");
    }

    /** So that only its page speaks of the file. */
    private void withoutFileTargets(String name, SignedIndex.Entry entry) {
        SignedIndex pagesOnly = new SignedIndex(Layout.PAGES_ONLY);
        SignedIndex.Entry copy = pagesOnly.add("acme", OLD, entry.bytes);
        copy.pageHashes = entry.pageHashes;
        indexes.put(name, pagesOnly);
    }

    private SignedIndex index(String name) {
        return indexes.computeIfAbsent(name, each -> new SignedIndex(Layout.ASSAY));
    }

    private TestMirror server(String name) {
        TestMirror server = servers.get(name);
        if (server == null) {
            throw new IllegalStateException(name + " is not started");
        }
        return server;
    }

    private Proxy start(String map) throws Exception {
        return startWithout("", map);
    }

    /** With the metadata of {@code failing} out of reach. */
    private Proxy startWithout(String failing, String map) throws Exception {
        StringBuilder config = new StringBuilder(
                "listen: 127.0.0.1:0\noperations: {listen: 127.0.0.1:0}\ndata: " + folder.resolve("data") + "\n");
        config.append("repositories:\n");
        for (Map.Entry<String, SignedIndex> each : indexes.entrySet()) {
            String name = each.getKey();
            SignedIndex index = each.getValue().publish();
            TestMirror server = new TestMirror(index::content);
            opened.push(server);
            servers.put(name, server);
            if (name.equals(failing)) {
                server.status("metadata/timestamp.json", 500);
            }
            Path root = Files.write(folder.resolve(name + ".json"), index.root());
            String layout = index.layout().equals(Layout.ASSAY) ? "assay" : "pages-only";
            config.append("  " + name + ":\n    metadata-url: " + server.base() + "metadata/\n    root: " + root
                    + "\n    layout: " + layout + "\n    mirrors: [{name: " + name + ", url: " + server.base()
                    + "simple/}]\n");
        }
        Path file = Files.writeString(folder.resolve("assay.yaml"), config + map);
        Proxy proxy =
                Proxy.start(ConfigReader.read(file, Map.of(), ConfigReader.Options.NONE), () -> TestRepository.NOW);
        opened.push(proxy);
        return proxy;
    }

    private HttpResponse<byte[]> get(Proxy proxy, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(proxy.url().resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    private static String list(String... names) {
        String projects = String.join(
                ",",
                Arrays.stream(names).map(name -> "{\"name\":\"" + name + "\"}").toList());
        return "{\"meta\":{\"api-version\":\"1.4\"},\"projects\":[" + projects + "]}";
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[1000];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }
}
