package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.simple.ProjectName;
import dev.assay.trust.TestOptions;
import dev.assay.trust.TrustOptions;
import dev.assay.tuf.InvalidMetadataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories with post-quantum keys, from their author to readers that have switched them on, and to others. */
class MlDsaTest {
    private static final ProjectName DEMO = new ProjectName("demo");
    private static final TrustOptions ON = TestOptions.counting(SignatureScheme.ALL);

    @TempDir
    private Path temp;

    private final Samples.Clock clock = new Samples.Clock();

    private Path folder() {
        return temp.resolve("index");
    }

    private void init() throws Exception {
        RepositoryOptions options = new RepositoryOptions(
                2,
                2,
                SignatureScheme.ML_DSA_65,
                2,
                RepositoryOptions.BinForm.SUCCINCT,
                Duration.ofDays(365),
                Duration.ofDays(7),
                KeyFile.Cost.LOW);
        try (Repository made = Repository.init(folder(), options, Passphrases.same(Samples.PASSPHRASE), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
        }
    }

    @Test
    void repositoryOfThemAloneIsReadWhereTheyAreSwitchedOn() throws Exception {
        init();
        assertThat(new Reader(folder(), clock, ON).refreshed().page("demo")).isPresent();
        assertThatThrownBy(() -> new Reader(folder(), clock))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("not switched on here: keys of ml-dsa-65/1");
    }

    @Test
    void keyMadeLaterIsOfTheSameScheme() throws Exception {
        init();
        try (Repository repository = Samples.open(folder(), clock)) {
            Path made = repository.rotateOnlineKey().created().get(0);
            assertThat(KeyFile.read(made, Samples.PASSPHRASE).publicKey().scheme())
                    .isEqualTo(SignatureScheme.ML_DSA_65);
        }
        assertThat(new Reader(folder(), clock, ON).refreshed().page("demo")).isPresent();
    }

    @Test
    void projectCanNeedAClassicalAndAPostQuantumSignature() throws Exception {
        Path alice = ClaimedProjectsTest.authorKey(temp, "alice");
        SigningKey key = SigningKey.generate(SignatureScheme.ML_DSA_65);
        Path bob = temp.resolve("bob.pem");
        KeyFile.write(bob, key, Samples.PASSPHRASE, KeyFile.Cost.LOW);
        Path bobPublic =
                Files.writeString(temp.resolve("bob.pub.pem"), key.publicKey().pem());
        try (Repository repository = Samples.init(folder(), clock)) {
            repository.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            assertThat(repository.delegate(DEMO, List.of(alice, bobPublic), 2).awaitingSignatures())
                    .containsExactly(DEMO);
            repository.lend(bob);
            assertThat(repository.sign(DEMO).awaitingSignatures()).isEmpty();
        }
        assertThat(new Reader(folder(), clock, ON).refreshed().page("demo")).isPresent();
        Reader classical = new Reader(folder(), clock).refreshed();
        assertThatThrownBy(() -> classical.page("demo"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("project-demo: valid signatures by 1 distinct keys (expected: 2 of 2)");
    }
}
