package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.SignedIndex;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Several repositories behind one index-url, from the configuration on: whose word counts for what, and what is asked of whom. */
final class SeveralRepositoriesTest extends RepositoriesTestCase {
    private static final String ACME_IS_CORPS = """
            map:
              - {projects: ["acme", "acme-*"], repositories: [corp]}
              - {projects: ["*"], repositories: [public]}
            """;

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
    void aRepositoryWhoseHostHangsHoldsNoOtherUp() throws Exception {
        index("corp").inSuccinctBins();
        for (int i = 0; i < 40; i++) {
            index("corp").add("acme-" + i, "acme_" + i + "-1.0-py3-none-any.whl", bytes(1));
        }
        index("public").add("flask", "flask-3.0-py3-none-any.whl", bytes(2));
        Proxy proxy = start(ACME_IS_CORPS);
        Semaphore hanging = new Semaphore(0);
        CountDownLatch end = new CountDownLatch(1);
        for (int bin = 0; bin < 16; bin++) {
            server("corp").script("metadata/1.bins-" + Integer.toHexString(bin) + ".json", out -> {
                hanging.release();
                await(end);
            });
        }
        List<CompletableFuture<HttpResponse<byte[]>>> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waiting.add(ask(proxy, "simple/acme-" + i + "/"));
        }
        assertThat(hanging.tryAcquire(8, 60, TimeUnit.SECONDS)).isTrue();

        assertThat(text(get(proxy, "simple/flask/"))).contains("flask-3.0");
        end.countDown();
        waiting.forEach(CompletableFuture::join);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IOException("never came");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
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
    void eachRepositoryIsServedAgainUnderItsName() throws Exception {
        index("corp").add("acme", OLD, bytes(1));
        index("public").add("flask", "flask-3.0-py3-none-any.whl", bytes(2));
        Proxy proxy = start(ACME_IS_CORPS);
        assertThat(get(proxy, "simple/acme/").statusCode()).isEqualTo(200);
        assertThat(get(proxy, "simple/flask/").statusCode()).isEqualTo(200);

        assertThat(get(proxy, "tuf/corp/metadata/1.root.json").body())
                .isEqualTo(index("corp").root());
        assertThat(get(proxy, "tuf/public/metadata/1.root.json").body())
                .isEqualTo(index("public").root());
        assertThat(text(get(proxy, "tuf/metadata/1.root.json"))).contains("corp/", "public/");
    }

    @Test
    void aLocalFileIsHeldAgainstTheRepositoryOfItsProjectAlone() throws Exception {
        SignedIndex.Entry ours = index("corp").add("acme", OLD, bytes(1));
        SignedIndex.Entry confusing = index("public").add("acme", NEW, bytes(2));
        start(ACME_IS_CORPS);

        assertThat(verify(OLD, ours.bytes)).isZero();
        assertThat(verify(OLD, bytes(3))).isEqualTo(1);
        assertThat(verify(NEW, confusing.bytes)).isEqualTo(1);
    }

    private int verify(String filename, byte[] content) throws IOException {
        Path built = Files.write(folder.resolve(filename), content);
        return Main.commandLine(() -> TestRepository.NOW)
                .setOut(new PrintWriter(Writer.nullWriter()))
                .execute("verify", "--config", folder.resolve("assay.yaml").toString(), built.toString());
    }

    private static String list(String... names) {
        String projects = String.join(
                ",",
                Arrays.stream(names).map(name -> "{\"name\":\"" + name + "\"}").toList());
        return "{\"meta\":{\"api-version\":\"1.4\"},\"projects\":[" + projects + "]}";
    }
}
