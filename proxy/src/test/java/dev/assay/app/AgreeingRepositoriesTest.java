package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.tuf.TestRepository;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Repositories that must agree, from the configuration on: what is handed over, and what a repository that fails counts for. */
final class AgreeingRepositoriesTest extends RepositoriesTestCase {
    private static final String BOTH = """
            map:
              - {projects: ["*"], repositories: [eu, us]}
            """;
    private static final String MARK = "X-Assay-Grace";
    private static final String TWO_OF_THREE = """
            map:
              - {projects: ["*"], repositories: [eu, us, asia], threshold: 2}
            """;

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
    void whatOneOfThemSignsByGraceAloneIsMarkedWithItsName() throws Exception {
        SignedIndex.Entry file = expiringTomorrow("eu").add("acme", OLD, bytes(1));
        index("us").add("acme", OLD, bytes(1));
        settings = "    grace: 2h\n";
        Proxy proxy = start(BOTH);
        assertThat(get(proxy, file.path).headers().firstValue(MARK)).isEmpty();
        assertThat(get(proxy, "simple/acme/").headers().firstValue(MARK)).isEmpty();

        now = TestRepository.NOW.plus(Duration.ofHours(25));

        for (String path : new String[] {file.path, "simple/acme/"}) {
            HttpResponse<byte[]> answer = get(proxy, path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue(MARK).orElse("")).startsWith("eu: ");
        }
    }

    @Test
    void graceEndsForEachOfThemByItself() throws Exception {
        SignedIndex.Entry file = expiringTomorrow("eu").add("acme", OLD, bytes(1));
        index("us").add("acme", OLD, bytes(1));
        settings = "    grace: 2h\n";
        Proxy proxy = start(BOTH);
        assertThat(get(proxy, file.path).statusCode()).isEqualTo(200);

        now = TestRepository.NOW.plus(Duration.ofHours(26));

        HttpResponse<byte[]> answer = get(proxy, file.path);
        assertThat(answer.statusCode()).isEqualTo(424);
        assertThat(text(answer)).contains("eu: ", "expired").doesNotContain("us: ");
    }

    @Test
    void whatOneOfThemSignsByGraceAloneIsNotFetched() throws Exception {
        SignedIndex.Entry file = expiringTomorrow("eu").add("acme", OLD, bytes(1));
        index("us").add("acme", OLD, bytes(1));
        settings = "    grace: 2h\n";
        Proxy proxy = start(BOTH);
        assertThat(get(proxy, "simple/acme/").statusCode()).isEqualTo(200);

        now = TestRepository.NOW.plus(Duration.ofHours(25));

        assertThat(get(proxy, file.path).statusCode()).isEqualTo(424);
        assertThat(server("eu").asked(file.path) + server("us").asked(file.path))
                .isZero();
    }

    private SignedIndex expiringTomorrow(String name) {
        index(name).tuf.expires.put("timestamp", TestRepository.NOW.plus(Duration.ofDays(1)));
        return index(name);
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
}
