package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.LATER;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.SigningKey;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * PEP 458, table 4, and its finer form in PEP 480 (table 1): which keys must be stolen for which attack. For each of the 32 sets
 * of stolen keys the attacker tries every way to use them; an attack must come off where the table says so, and nowhere else.
 */
class KeyCompromiseTest {
    private static final Instant AFTER_TIMESTAMP = Compromised.WHEN_TIMESTAMP_ENDS.plusSeconds(1);

    private static Stream<Set<String>> stolen() {
        return subsets(Compromised.ROLES);
    }

    private static Stream<Set<String>> subsets(List<String> roles) {
        return IntStream.range(0, 1 << roles.size()).mapToObj(bits -> {
            Set<String> subset = new HashSet<>();
            IntStream.range(0, roles.size()).filter(i -> (bits >> i & 1) == 1).forEach(i -> subset.add(roles.get(i)));
            return subset;
        });
    }

    /** One way to use stolen keys: a fresh scene, and what the client believes at the end of it. */
    private interface Attack {
        String on(Compromised scene, Set<String> forged) throws InvalidMetadataException, IOException;
    }

    /** Whether some use of the stolen keys makes the client believe {@code wanted}; what it refuses is no success. */
    private static boolean possible(Set<String> stolen, String wanted, Attack attack) throws IOException {
        for (Set<String> forged : subsets(List.copyOf(stolen)).toList()) {
            Compromised scene = new Compromised();
            try {
                if (attack.on(scene, forged).equals(wanted)) {
                    return true;
                }
            } catch (InvalidMetadataException refused) {
                assertThat(refused.reason())
                        .isIn(Reason.MISMATCH, Reason.EXPIRED, Reason.THRESHOLD, Reason.ROLLBACK, Reason.WRONG_VERSION);
            }
        }
        return false;
    }

    @ParameterizedTest
    @MethodSource("stolen")
    void maliciousUpdateTakesTimestampSnapshotAndARoleThatSignsThePath(Set<String> stolen) throws Exception {
        boolean expected = stolen.containsAll(Set.of("timestamp", "snapshot"))
                && (stolen.contains("targets") || stolen.contains("bins") || stolen.contains("bin"));
        assertThat(possible(stolen, "wrong", (scene, forged) -> {
                    scene.client.refresh();
                    scene.seize(stolen);
                    return scene.maliciousUpdate(forged);
                }))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("stolen")
    void freezeTakesTimestamp(Set<String> stolen) throws Exception {
        assertThat(possible(stolen, "older", (scene, forged) -> {
                    scene.client.refresh();
                    scene.seize(stolen);
                    return scene.freeze(forged, AFTER_TIMESTAMP);
                }))
                .isEqualTo(stolen.contains("timestamp"));
    }

    @ParameterizedTest
    @MethodSource("stolen")
    void metadataInconsistencyTakesTimestampAndSnapshot(Set<String> stolen) throws Exception {
        assertThat(possible(stolen, "older+newer", (scene, forged) -> {
                    scene.client.refresh();
                    MetaFile oldEntry = entry(scene, "bin-0");
                    byte[] oldFile = scene.repository.file(scene.repository.name("bin-0"));
                    scene.update("newer");
                    scene.seize(stolen);
                    return scene.mixAndMatch(forged, oldEntry, oldFile);
                }))
                .isEqualTo(stolen.containsAll(Set.of("timestamp", "snapshot")));
    }

    private static MetaFile entry(Compromised scene, String role) {
        MetaFile entry = scene.repository.entries.get(role);
        assertThat(entry).isNotNull();
        return entry;
    }

    /** The reasons behind the table's NO: what was forged, and what the client says to it. */
    @ParameterizedTest
    @CsvSource({
        "snapshot bin, MISMATCH",
        "snapshot targets bins bin, MISMATCH",
        "targets, MISMATCH",
        "bins, MISMATCH",
        "bin, MISMATCH",
        "targets bins bin, MISMATCH",
        "timestamp targets, MISMATCH",
        "timestamp bin, MISMATCH",
        "timestamp targets bins bin, MISMATCH"
    })
    void roleSignedWithoutThoseThatNameItIsRefused(String roles, Reason reason) {
        Set<String> stolen = Set.of(roles.split(" "));
        Compromised scene = new Compromised();
        scene.seize(stolen);
        assertRefused(reason, () -> scene.maliciousUpdate(stolen));
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets", "bins", "bin"})
    void roleForgedWithOwnKeysIsRefusedThoughAllOthersAreStolen(String safe) {
        Set<String> stolen = new HashSet<>(Compromised.ROLES);
        stolen.remove(safe);
        Compromised scene = new Compromised();
        scene.seize(stolen);
        Set<String> forged = new HashSet<>(Set.of("timestamp", "snapshot"));
        forged.add(safe);
        assertRefused(Reason.THRESHOLD, () -> scene.maliciousUpdate(forged));
    }

    @Test
    void rollbackTakesMoreThanTimestampAndSnapshotWhileRootIsSafe() throws Exception {
        Compromised scene = new Compromised();
        MetaFile oldEntry = entry(scene, "bin-0");
        scene.update("newer");
        scene.client.refresh();
        scene.seize(Set.of("timestamp", "snapshot"));
        scene.repository.entries.put("bin-0", oldEntry);
        scene.repository.publish();
        assertRefused(Reason.ROLLBACK, scene.client::refresh);
        assertThat(scene.content(scene.victim, NOW)).isEqualTo("newer");
        scene.client.open();
        assertRefused(Reason.ROLLBACK, scene.client::refresh);
    }

    @Test
    void freezeByTimestampAloneEndsWhenSnapshotExpires() throws Exception {
        Compromised scene = new Compromised();
        scene.client.refresh();
        scene.seize(Set.of("timestamp"));
        assertThat(scene.freeze(Set.of("timestamp"), Compromised.WHEN_SNAPSHOT_ENDS.minusSeconds(1)))
                .isEqualTo("older");
        assertRefused(Reason.EXPIRED, () -> scene.freeze(Set.of("timestamp"), Compromised.WHEN_SNAPSHOT_ENDS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "targets", "bins", "bin-0"})
    void freezeByTimestampAndSnapshotEndsWithTheEarliestOfTheOtherRoles(String role) throws Exception {
        Instant end = NOW.plus(Duration.ofDays(9));
        Compromised scene = new Compromised();
        scene.repository.expires.put(role, end);
        scene.repository.publishRoot();
        scene.update("older");
        scene.client.refresh();
        Set<String> stolen = Set.of("timestamp", "snapshot");
        scene.seize(stolen);
        assertThat(scene.freeze(stolen, end.minusSeconds(1))).isEqualTo("older");
        assertRefused(Reason.EXPIRED, () -> scene.freeze(stolen, end));
    }

    @Test
    void stolenRoleSignsOnlyForPathsThatAreDelegatedToIt() throws Exception {
        TestClient client = new TestClient();
        client.repository.delegate("targets", "claimed", true, "claimed/*");
        client.repository.delegate("targets", "unclaimed", true, "*", "*/*");
        client.repository.publish("targets", "claimed", "unclaimed");
        TargetPath claimed = client.repository.target("unclaimed", "claimed/a");
        TargetPath unclaimed = client.repository.target("unclaimed", "other/a");
        client.repository.publish("unclaimed");
        client.refresh();
        assertThat(client.load(unclaimed)).isInstanceOf(Lookup.Signed.class);
        assertThat(client.load(claimed)).isEqualTo(new Lookup.NotSigned());
    }

    /** Versions alone bind nothing that is signed twice; so our author signs lengths and hashes as well. */
    @Test
    void stolenBinAloneIsEnoughWhereSnapshotSignsVersionsOnly() throws Exception {
        Compromised scene = new Compromised();
        scene.repository.hashes = false;
        scene.update("older");
        scene.seize(Set.of("bin"));
        assertThat(scene.maliciousUpdate(Set.of("bin"))).isEqualTo("wrong");
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    void fewerKeysThanTheThresholdGainNothing(int held, boolean works) throws Exception {
        Compromised scene = new Compromised();
        List<String> online = List.of("timestamp", "snapshot", "bin");
        for (String role : online) {
            scene.repository.keys(role).add(TestRepository.newKey());
            scene.repository.thresholds.put(role, 2L);
        }
        scene.repository.publishRoot();
        scene.update("older");
        scene.client.refresh();
        scene.seize(Set.copyOf(online));
        online.forEach(role -> scene.repository.keys(role).subList(held, 2).clear());
        if (works) {
            assertThat(scene.maliciousUpdate(Set.copyOf(online))).isEqualTo("wrong");
        } else {
            assertRefused(Reason.THRESHOLD, () -> scene.maliciousUpdate(Set.copyOf(online)));
            assertThat(scene.content(scene.victim, NOW)).isEqualTo("older");
        }
    }

    @Test
    void rootMakesEveryAttackPossible() throws Exception {
        Compromised scene = new Compromised();
        scene.update("newer");
        scene.client.refresh();
        scene.seize(Set.of());
        scene.repository.versions.keySet().removeIf(role -> !role.equals("root"));
        scene.repository.publishRoot();
        scene.sign("bin-0", scene.victim, "wrong");
        scene.sign("bin-1", scene.other, "older");
        List.of("timestamp", "snapshot").forEach(role -> scene.repository.expires.put(role, LATER));
        scene.repository.publish("targets", "bins", "bin-0", "bin-1");
        scene.client.updater().refresh(AFTER_TIMESTAMP);
        assertThat(scene.client.version("timestamp")).isEqualTo(1);
        assertThat(scene.content(scene.victim, AFTER_TIMESTAMP)).isEqualTo("wrong");
        assertThat(scene.content(scene.other, AFTER_TIMESTAMP)).isEqualTo("older");
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, true"})
    void twoOfThreeRootKeysAreNeeded(int held, boolean works) throws Exception {
        Compromised scene = new Compromised();
        List<SigningKey> keys = scene.repository.keys("root");
        keys.add(TestRepository.newKey());
        keys.add(TestRepository.newKey());
        scene.repository.thresholds.put("root", 2L);
        scene.repository.publishRoot();
        scene.client.refresh();
        scene.seize(Set.of());
        scene.repository.versions.put("root", 3L);
        scene.repository.files.put(
                "3.root.json", Envelope.sign(scene.repository.rootModel().toJson(), keys.subList(0, held)));
        scene.repository.publish("targets");
        if (works) {
            assertThat(scene.client.refresh().root()).isEqualTo(3);
        } else {
            assertRefused(Reason.THRESHOLD, scene.client::refresh);
            assertThat(scene.client.version("root")).isEqualTo(2);
        }
    }
}
