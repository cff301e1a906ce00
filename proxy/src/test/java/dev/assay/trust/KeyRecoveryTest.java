package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.SigningKey;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PEP 458, "In the event of a key compromise": after a theft of the online keys, with wrong content signed and every version
 * fast-forwarded, the owner rotates keys in root and goes on from the versions that he had.
 */
class KeyRecoveryTest {
    private static final Set<String> ONLINE = Set.of("timestamp", "snapshot", "bin");

    private final Compromised scene = new Compromised();
    private final Map<String, Long> versionsBefore = new HashMap<>(scene.repository.versions);
    private final Map<String, List<SigningKey>> stolenKeys = new HashMap<>();

    @BeforeEach
    void onlineKeysAreStolenAndEveryVersionIsFastForwarded() throws Exception {
        scene.client.refresh();
        ONLINE.forEach(role -> stolenKeys.put(role, List.copyOf(scene.repository.keys(role))));
        for (String role : List.of("timestamp", "snapshot", "bin-0", "bin-1")) {
            scene.repository.versions.put(role, Long.MAX_VALUE - 1);
        }
        scene.sign("bin-0", scene.victim, "wrong");
        scene.repository.publish("bin-0", "bin-1");
        scene.client.refresh();
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("wrong");
        assertThat(scene.client.version("timestamp")).isEqualTo(Long.MAX_VALUE);
        scene.repository.versions.putAll(versionsBefore);
    }

    private void recover(String... rotated) {
        List.of(rotated).forEach(scene.repository::rotate);
        scene.repository.publishRoot();
        scene.update("newer");
    }

    @Test
    void rotationInRootUndoesWhatTheStolenKeysDid() throws Exception {
        recover("timestamp", "snapshot", "bin");
        scene.client.refresh();
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
        assertThat(scene.content(scene.other, NOW)).isEqualTo("newer");
        assertThat(scene.client.version("timestamp")).isEqualTo(versionsBefore.getOrDefault("timestamp", 0L) + 1);
    }

    @Test
    void rotationUndoesItForAClientThatWasAwayToo() throws Exception {
        recover("timestamp", "snapshot", "bin");
        scene.client.open();
        scene.client.refresh();
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
    }

    @Test
    void withoutARotationTheFastForwardLasts() {
        scene.update("newer");
        assertRefused(Reason.ROLLBACK, scene.client::refresh);
    }

    @ParameterizedTest
    @ValueSource(strings = {"targets", "bin"})
    void rotationOfOtherRolesAloneDoesNotUndoIt(String role) {
        recover(role);
        assertRefused(Reason.ROLLBACK, scene.client::refresh);
    }

    @Test
    void stolenKeysAreWorthNothingAfterTheRotation() throws Exception {
        recover("timestamp", "snapshot", "bin");
        scene.client.refresh();
        for (String role : List.of("timestamp", "snapshot", "bin")) {
            byte[] honest = scene.repository.file("timestamp.json");
            List<SigningKey> renewed = List.copyOf(scene.repository.keys(role));
            replaceKeys(role, stolenKeys.getOrDefault(role, List.of()));
            scene.repository.publish("bin-0");
            assertRefused(Reason.THRESHOLD, () -> {
                scene.client.refresh();
                scene.client.load(scene.victim);
            });
            replaceKeys(role, renewed);
            scene.repository.files.put("timestamp.json", honest);
        }
    }

    private void replaceKeys(String role, List<SigningKey> keys) {
        scene.repository.keys(role).clear();
        scene.repository.keys(role).addAll(keys);
    }

    /** What signed wrong content is gone from memory and disk, not only outvoted. */
    @Test
    void roleSignedByStolenKeysIsNotServedFromWhatIsStored() throws Exception {
        byte[] wrong = scene.client.store.roles.get("bin-0");
        recover("timestamp", "snapshot", "bin");
        scene.client.refresh();
        assertThat(scene.client.store.roles.get("bin-0")).isSameAs(wrong);
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
        assertThat(scene.client.store.roles.get("bin-0")).isNotEqualTo(wrong);
    }
}
