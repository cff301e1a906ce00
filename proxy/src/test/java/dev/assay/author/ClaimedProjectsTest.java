package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimedProjectsTest {
    private static final ProjectName DEMO = new ProjectName("demo");

    @TempDir
    private Path temp;

    private final Samples.Clock clock = new Samples.Clock();
    private Path alice;
    private Path bob;

    /** A private key of an author, elsewhere than in the repository. */
    static Path authorKey(Path folder, String name) throws Exception {
        Path file = folder.resolve(name + ".pem");
        KeyFile.write(file, SigningKey.generate(SignatureScheme.ED25519), Samples.PASSPHRASE, KeyFile.Cost.LOW);
        return file;
    }

    private Path publicHalf(Path key) throws Exception {
        String pem = KeyFile.read(key, Samples.PASSPHRASE).publicKey().pem();
        return Files.writeString(Path.of(key + ".pub"), pem);
    }

    private Path folder() {
        return temp.resolve("index");
    }

    private Repository open() throws Exception {
        return Samples.openUnlocked(folder(), clock, Publication.Observer.NONE);
    }

    private String role(String project) throws Exception {
        return new Reader(folder(), clock)
                .refreshed()
                .find(PageTargets.path(new ProjectName(project), PageFormat.JSON))
                .orElseThrow()
                .role();
    }

    private int filesOnPage() throws Exception {
        return new Reader(folder(), clock)
                .refreshed()
                .page("demo")
                .orElseThrow()
                .files()
                .size();
    }

    @BeforeEach
    void makeRepository() throws Exception {
        alice = authorKey(temp, "alice");
        bob = authorKey(temp, "bob");
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0"), Samples.wheel(temp, "other", "1.0")));
        }
    }

    @Test
    void authorsAloneVouchForTheirProject() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice), 1);
        }
        assertThat(role("demo")).isEqualTo("project-demo");
        assertThat(role("other")).startsWith("bin-");
        assertThat(filesOnPage()).isEqualTo(1);
    }

    @Test
    void thresholdOfTwoIsMetByOneAuthorAfterAnother() throws Exception {
        try (Repository repository = open()) {
            assertThat(repository
                            .delegate(DEMO, List.of(publicHalf(alice), publicHalf(bob)), 2)
                            .awaitingSignatures())
                    .containsExactly(DEMO);
        }
        assertThat(role("demo")).startsWith("bin-");
        try (Repository first = open()) {
            first.lend(alice);
            assertThat(first.sign(DEMO).awaitingSignatures()).containsExactly(DEMO);
        }
        assertThat(role("demo")).startsWith("bin-");
        try (Repository second = open()) {
            second.lend(bob);
            assertThat(second.sign(DEMO).awaitingSignatures()).isEmpty();
        }
        assertThat(role("demo")).isEqualTo("project-demo");
    }

    @Test
    void oneAuthorTwiceDoesNotMeetAThresholdOfTwo() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice, publicHalf(bob)), 2);
            assertThatThrownBy(() -> repository.sign(DEMO))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("yet to sign");
        }
    }

    @Test
    void additionToAClaimedProjectWaitsForItsAuthors() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice), 1);
        }
        try (Repository repository = open()) {
            ChangeReport report =
                    repository.add(List.of(Samples.wheel(temp, "demo", "2.0"), Samples.wheel(temp, "other", "2.0")));
            assertThat(report.awaitingSignatures()).containsExactly(DEMO);
        }
        assertThat(filesOnPage()).isEqualTo(1);
        try (Repository repository = open()) {
            repository.lend(alice);
            repository.sign(DEMO);
        }
        assertThat(filesOnPage()).isEqualTo(2);
    }

    @Test
    void additionWithTheAuthorsKeyIsPublishedAtOnce() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice), 1);
            assertThat(repository
                            .add(List.of(Samples.wheel(temp, "demo", "2.0")))
                            .awaitingSignatures())
                    .isEmpty();
        }
        assertThat(filesOnPage()).isEqualTo(2);
    }

    @Test
    void pageSignedByABinNoLongerCountsForAClaimedProject() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice), 1);
            repository.remove(List.of("demo-1.0-py3-none-any.whl"));
        }
        Reader reader = new Reader(folder(), clock).refreshed();
        assertThat(reader.page("demo")).isEmpty();
        assertThat(reader.updater().view().roles())
                .extracting("role")
                .contains("project-demo")
                .noneMatch(role -> role.toString().startsWith("bin-"));
    }

    @Test
    void keysOfAClaimedProjectCanBeChanged() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice), 1);
        }
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(bob), 1);
        }
        try (Repository repository = open()) {
            repository.lend(alice);
            assertThat(repository
                            .add(List.of(Samples.wheel(temp, "demo", "2.0")))
                            .awaitingSignatures())
                    .containsExactly(DEMO);
        }
        assertThat(filesOnPage()).isEqualTo(1);
    }

    @Test
    void otherProjectsFileUnderTheNameStopsTheHandOver() throws Exception {
        try (Repository repository = open()) {
            repository.add(List.of(Samples.sdist(temp, "demo-tools", "1.0")));
            assertThatThrownBy(() -> repository.delegate(DEMO, List.of(alice), 1))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("belongs to another project");
        }
    }

    @Test
    void otherProjectsFileCannotSlipUnderAClaimedName() throws Exception {
        try (Repository repository = open()) {
            repository.delegate(DEMO, List.of(alice), 1);
            assertThatThrownBy(() -> repository.add(List.of(Samples.sdist(temp, "demo-tools", "1.0"))))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("claimed");
        }
    }
}
