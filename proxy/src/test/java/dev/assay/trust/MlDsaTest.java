package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Post-quantum keys count in the whole workflow where they are switched on, and nowhere else. */
class MlDsaTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;
    private final SigningKey mlDsa = SigningKey.generate(SignatureScheme.ML_DSA_65);

    private void switchOn() {
        client.options = TestOptions.counting(SignatureScheme.ALL);
        client.open();
    }

    private void switchOff() {
        client.options = TestOptions.counting(SignatureScheme.CLASSICAL);
        client.open();
    }

    @Test
    void theyAreOffByDefault() {
        assertThat(TrustOptions.DEFAULTS.schemes()).isEqualTo(SignatureScheme.CLASSICAL);
    }

    @Test
    void rotationToThemIsRefusedWhereTheyAreOff() {
        repository.rotate("root", List.of(mlDsa));
        repository.publishRoot();
        assertRefused(Reason.THRESHOLD, client::refresh);
        assertThat(client.store.roots).containsOnlyKeys(1L);
    }

    @Test
    void pinnedRootThatOnlyTheySignedIsRefusedWhereTheyAreOff() throws Exception {
        repository.rotate("root", List.of(mlDsa));
        repository.publishRoot();
        byte[] pinned = repository.root(2);
        FakeStore store = new FakeStore();
        TrustOptions on = TestOptions.counting(SignatureScheme.ALL);
        assertRefused(Reason.THRESHOLD, () -> new Updater(pinned, client.source, store, client.options));
        assertThat(new Updater(pinned, client.source, store, on).refresh(NOW).root())
                .isEqualTo(2);
    }

    @Test
    void everyTopLevelRoleMayHaveThem() throws Exception {
        switchOn();
        for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
            repository.rotate(role, List.of(mlDsa));
        }
        repository.publishRoot();
        repository.publish("targets");
        assertThat(client.refresh().targets()).isEqualTo(repository.version("targets"));
    }

    @Test
    void classicalAndPostQuantumKeyMayBothHaveToSign() throws Exception {
        SigningKey classical = TestRepository.newKey();
        repository.rotate("targets", List.of(classical, mlDsa));
        repository.publishRoot();
        repository.publish("targets");
        assertRefused(Reason.THRESHOLD, client::refresh);
        switchOn();
        assertThat(client.refresh().targets()).isEqualTo(2);
    }

    @Test
    void oneOfTheTwoAloneIsNotEnough() {
        switchOn();
        SigningKey classical = TestRepository.newKey();
        for (SigningKey alone : List.of(classical, mlDsa)) {
            repository.rotate("targets", List.of(classical, mlDsa));
            repository.publishRoot();
            repository.rotate("targets", List.of(alone));
            repository.publish("targets");
            assertRefused(Reason.THRESHOLD, client::refresh);
        }
    }

    @Test
    void delegatedRoleMayHaveThem() throws Exception {
        repository.delegate("targets", "a", true, "*");
        repository.rotate("a", List.of(mlDsa));
        TargetPath path = repository.target("a", "file");
        repository.publish("a", "targets");
        client.refresh();
        assertRefused(Reason.THRESHOLD, () -> client.load(path));
        switchOn();
        client.refresh();
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
    }

    /** Rule 5 of the design: what may not go down belongs to the keys that root names, counted or not. */
    @Test
    void switchingThemOnOrOffKeepsTheFloors() throws Exception {
        repository.rotate("timestamp", List.of(TestRepository.newKey(), mlDsa));
        repository.thresholds.put("timestamp", 1L);
        repository.publishRoot();
        repository.publishTimestamp();
        byte[] old = repository.file("timestamp.json");
        repository.publishTimestamp();
        client.refresh();
        repository.files.put("timestamp.json", old);
        switchOn();
        assertRefused(Reason.ROLLBACK, client::refresh);
        switchOff();
        assertRefused(Reason.ROLLBACK, client::refresh);
    }
}
