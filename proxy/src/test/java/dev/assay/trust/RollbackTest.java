package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was trusted once may not go down, in one process or over a restart; rotated keys start anew. */
class RollbackTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;
    private final byte[] firstTimestamp = repository.file("timestamp.json");

    @BeforeEach
    void secondVersionOfEverything() throws Exception {
        repository.publish("targets");
        client.refresh();
    }

    @Test
    void lowerTimestampIsRefused() {
        repository.files.put("timestamp.json", firstTimestamp);
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThat(client.version("timestamp")).isEqualTo(2);
    }

    @Test
    void lowerTimestampIsRefusedAfterRestart() {
        repository.files.put("timestamp.json", firstTimestamp);
        client.open();
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void lowerTimestampIsRefusedAfterRestartWithoutTheStoredOne() {
        repository.files.put("timestamp.json", firstTimestamp);
        client.store.roles.clear();
        client.open();
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void timestampThatNamesALowerSnapshotIsRefused() {
        repository.versions.put("snapshot", 1L);
        repository.publishTimestamp();
        assertRefused(Reason.ROLLBACK, client::refresh);
        client.store.roles.clear();
        client.open();
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void refusedTimestampIsNotStored() {
        repository.versions.put("snapshot", 1L);
        repository.publishTimestamp();
        byte[] before = client.store.roles.get("timestamp");
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThat(client.store.roles.get("timestamp")).isSameAs(before);
        assertThat(client.store.floors.timestampVersion()).isEqualTo(2);
    }

    @Test
    void otherTimestampOfTheSameVersionIsPassedOver() throws Exception {
        byte[] kept = client.store.roles.get("timestamp");
        repository.publishSnapshot();
        repository.versions.put("timestamp", 1L);
        repository.publishTimestamp();
        assertThat(client.refresh()).isEqualTo(new RefreshResult(false, 1, 2, 2, 2));
        assertThat(client.store.roles.get("timestamp")).isSameAs(kept);
    }

    @Test
    void timestampOfTheSameVersionMustBeSignedAllTheSame() {
        repository.rotate("timestamp");
        repository.versions.put("timestamp", 1L);
        repository.publishTimestamp();
        assertRefused(Reason.THRESHOLD, client::refresh);
    }

    @Test
    void roleThatGoesDownInSnapshotIsRefused() {
        repository.versions.put("targets", 0L);
        repository.publish("targets");
        assertRefused(Reason.ROLLBACK, client::refresh);
        client.open();
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void delegatedRoleThatGoesDownInSnapshotIsRefused() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.publish("targets", "a");
        repository.publish("a");
        client.refresh();
        repository.versions.put("a", 0L);
        repository.publish("a");
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void roleThatVanishesFromSnapshotIsRefused() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.publish("targets", "a");
        client.refresh();
        repository.entries.remove("a");
        repository.publish();
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void storedSnapshotServesRollbackChecksThoughTimestampHasMovedOn() throws Exception {
        repository.versions.put("targets", 0L);
        repository.publish("targets");
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThat(client.store.floors.timestampVersion()).isEqualTo(3);
        client.open();
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
        assertRefused(Reason.ROLLBACK, client::refresh);
        assertThat(client.store.roles.get("snapshot")).isEqualTo(repository.file("2.snapshot.json"));
    }

    @Test
    void storedFilesWithoutFloorsAreNotTrusted() throws Exception {
        client.store.floors = VersionFloors.NONE;
        client.open();
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
        assertThat(client.refresh().timestamp()).isEqualTo(2);
    }

    @Test
    void storedTimestampBelowItsFloorIsNotTrusted() throws Exception {
        client.store.roles.put("timestamp", firstTimestamp);
        client.open();
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
        assertThat(client.refresh().timestamp()).isEqualTo(2);
    }

    @Test
    void damagedStoredRolesAreFetchedAgain() throws Exception {
        client.store.roles.replaceAll((role, bytes) -> new byte[] {'{'});
        client.open();
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
        assertThat(client.refresh()).isEqualTo(new RefreshResult(true, 1, 2, 2, 2));
    }

    @Test
    void rotatedTimestampKeysRecoverFromFastForward() throws Exception {
        repository.versions.put("timestamp", 1000L);
        repository.publishTimestamp();
        client.refresh();
        repository.rotate("timestamp");
        repository.publishRoot();
        repository.versions.put("timestamp", 2L);
        repository.publishTimestamp();
        assertThat(client.refresh().timestamp()).isEqualTo(3);
        assertThat(client.store.floors.timestampVersion()).isEqualTo(3);
    }

    @Test
    void rotatedSnapshotKeysRecoverSnapshotAndItsRolesFromFastForward() throws Exception {
        repository.versions.put("snapshot", 1000L);
        repository.versions.put("targets", 1000L);
        repository.publish("targets");
        client.refresh();
        repository.rotate("snapshot");
        repository.publishRoot();
        repository.versions.put("snapshot", 2L);
        repository.versions.put("targets", 2L);
        repository.publish("targets");
        assertThat(client.refresh()).isEqualTo(new RefreshResult(true, 2, 4, 3, 3));
    }

    @Test
    void changedThresholdAloneCountsAsRotation() throws Exception {
        repository.keys("timestamp").add(TestRepository.newKey());
        repository.publishRoot();
        repository.versions.put("timestamp", 1000L);
        repository.publishTimestamp();
        client.refresh();
        repository.thresholds.put("timestamp", 2L);
        repository.publishRoot();
        repository.versions.put("timestamp", 2L);
        repository.publishTimestamp();
        assertThat(client.refresh().timestamp()).isEqualTo(3);
    }

    @Test
    void rotationThereAndBackBetweenTwoRefreshesRecoversToo() throws Exception {
        repository.versions.put("timestamp", 1000L);
        repository.publishTimestamp();
        client.refresh();
        repository.keys("timestamp").add(TestRepository.newKey());
        repository.publishRoot();
        repository.keys("timestamp").remove(1);
        repository.publishRoot();
        repository.versions.put("timestamp", 2L);
        repository.publishTimestamp();
        assertThat(client.refresh().timestamp()).isEqualTo(3);
    }

    @Test
    void sameKeysUnderANewRootKeepTheFloors() throws Exception {
        repository.publishRoot();
        client.refresh();
        repository.files.put("timestamp.json", firstTimestamp);
        assertRefused(Reason.ROLLBACK, client::refresh);
    }

    @Test
    void rotationSeenOnlyAtLoadClearsFloorsAndDropsStoredFiles() throws Exception {
        repository.keys("timestamp").add(TestRepository.newKey());
        repository.publishRoot();
        client.store.roots.put(2L, repository.root(2));
        client.open();
        assertRefused(Reason.MISSING, () -> client.view().requireCurrent(NOW));
        assertThat(client.store.floors.timestampVersion()).isZero();
        repository.files.put("timestamp.json", firstTimestamp);
        assertThat(client.refresh().timestamp()).isEqualTo(1);
    }

    @Test
    void snapshotFromBeforeARotationIsNeverHeldAgainstANewOne() throws Exception {
        repository.versions.put("targets", 1000L);
        repository.publish("targets");
        client.refresh();
        repository.keys("snapshot").add(TestRepository.newKey());
        repository.publishRoot();
        repository.versions.put("targets", 2L);
        repository.publish("targets");
        client.source.unreachable.add(repository.name("snapshot"));
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        client.source.unreachable.clear();
        client.open();
        assertThat(client.refresh().targets()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot"})
    void newlyPinnedRootWithOtherKeysClearsTheFloorsRecordedUnderTheOld(String role) throws Exception {
        repository.rotate(role);
        repository.publishRoot();
        new Updater(repository.root(2), client.source, client.store, client.options);
        assertThat(client.store.floors.timestampVersion()).isZero();
        assertThat(client.store.floors.snapshotVersion()).isZero();
    }

    @Test
    void newlyPinnedRootWithTheSameKeysKeepsTheFloors() throws Exception {
        repository.publishRoot();
        repository.files.put("timestamp.json", firstTimestamp);
        Updater updater = new Updater(repository.root(2), client.source, client.store, client.options);
        assertRefused(Reason.ROLLBACK, () -> updater.refresh(NOW));
    }

    @Test
    void snapshotIsHeldAgainstTheNextOneEvenWhenTargetsWereNeverHad() throws Exception {
        client.source.unreachable.add("3.targets.json");
        repository.publish("targets");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        assertThat(client.store.floors.snapshotVersion()).isEqualTo(3);
    }
}
