package dev.assay.tuf;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.crypto.SignatureScheme;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** No stage of the workflow is left with an expired role, and none is skipped. */
class TrustedSetTest {
    private static final Instant SOON = NOW.plusSeconds(60);

    private final TestRepository repository = new TestRepository();

    private byte[] file(String role) {
        return repository.file(repository.name(role));
    }

    private TrustedSet pinned() throws InvalidMetadataException {
        return TrustedSet.pinned(repository.root(repository.version("root")), SignatureScheme.CLASSICAL);
    }

    @Test
    void expiredRootIntroducesNoTimestamp() throws Exception {
        repository.expires.put("root", SOON);
        repository.publishRoot();
        TrustedSet set = pinned();
        assertThat(set.withTimestamp(file("timestamp"), SOON.minusSeconds(1)).timestamp())
                .isPresent();
        assertRefused(Reason.EXPIRED, () -> set.withTimestamp(file("timestamp"), SOON));
    }

    @Test
    void expiredTimestampIntroducesNoSnapshot() throws Exception {
        repository.expires.put("timestamp", SOON);
        repository.publishTimestamp();
        TrustedSet set = pinned().withTimestamp(file("timestamp"), NOW);
        assertRefused(Reason.EXPIRED, () -> set.withSnapshot(file("snapshot"), SOON));
    }

    @Test
    void expiredSnapshotIntroducesNoTargets() throws Exception {
        repository.expires.put("snapshot", SOON);
        repository.publish();
        TrustedSet set = pinned().withTimestamp(file("timestamp"), NOW).withSnapshot(file("snapshot"), NOW);
        assertRefused(Reason.EXPIRED, () -> set.withTargets(file("targets"), SOON));
    }

    @Test
    void expiredTimestampIsNotKeptForOneOfTheSameVersion() throws Exception {
        repository.expires.put("timestamp", SOON);
        repository.publishTimestamp();
        TrustedSet set = pinned().withTimestamp(file("timestamp"), NOW);
        repository.expires.remove("timestamp");
        repository.versions.merge("timestamp", -1L, Long::sum);
        repository.publishTimestamp();
        assertThat(set.withTimestamp(file("timestamp"), NOW)).isSameAs(set);
        assertRefused(Reason.EXPIRED, () -> set.withTimestamp(file("timestamp"), SOON));
    }

    @Test
    void snapshotThatTimestampNamesMayNotGoDownThoughItWasNeverSeen() throws Exception {
        byte[] old = file("snapshot");
        repository.publish();
        TrustedSet set = pinned().withTimestamp(file("timestamp"), NOW);
        repository.versions.put("snapshot", 1L);
        repository.publishTimestamp();
        assertThat(file("snapshot")).isSameAs(old);
        assertRefused(Reason.ROLLBACK, () -> set.withTimestamp(file("timestamp"), NOW));
    }

    @Test
    void noStageIsSkipped() throws Exception {
        assertRefused(Reason.MISSING, () -> pinned().withSnapshot(file("snapshot"), NOW));
        assertRefused(Reason.MISSING, () -> pinned().withTargets(file("targets"), NOW));
        TrustedSet old = pinned().withTimestamp(file("timestamp"), NOW).withOldSnapshot(file("snapshot"));
        assertRefused(Reason.MISSING, () -> old.withTargets(file("targets"), NOW));
    }

    @Test
    void stepLeavesTheSetBeforeItAsItWas() throws Exception {
        TrustedSet before = pinned();
        before.withTimestamp(file("timestamp"), NOW);
        assertThat(before.timestamp()).isEmpty();
    }

    private TrustedSet whole() throws InvalidMetadataException {
        return pinned().withTimestamp(file("timestamp"), NOW)
                .withSnapshot(file("snapshot"), NOW)
                .withTargets(file("targets"), NOW);
    }

    @Test
    void filesInForceAreTheReceivedBytes() throws Exception {
        assertThat(pinned().files()).containsOnly(entry("1.root.json", repository.root(1)));
        assertThat(whole().files())
                .containsOnly(
                        entry("1.root.json", repository.root(1)),
                        entry("timestamp", file("timestamp")),
                        entry("snapshot", file("snapshot")),
                        entry("targets", file("targets")));
    }

    @Test
    void filesThatANewTimestampReplacesAreInForceNoLonger() throws Exception {
        TrustedSet old = whole();
        repository.publish("targets");
        TrustedSet timestamp = old.withTimestamp(file("timestamp"), NOW);
        assertThat(timestamp.files()).containsOnlyKeys("1.root.json", "timestamp");
        assertThat(timestamp.withSnapshot(file("snapshot"), NOW).files())
                .containsOnlyKeys("1.root.json", "timestamp", "snapshot");
    }

    @Test
    void filesUnderRotatedKeysAreInForceNoLonger() throws Exception {
        TrustedSet old = whole();
        repository.rotate("timestamp");
        repository.publishRoot();
        assertThat(old.withRoot(repository.root(2)).files()).containsOnlyKeys("1.root.json", "2.root.json");
    }
}
