package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RefreshTest {
    private final TestClient client = new TestClient();

    @Test
    void nothingIsSignedBeforeTheFirstRefresh() {
        assertRefused(Reason.MISSING, () -> client.find(new TargetPath("a")));
    }

    @Test
    void openingMakesNoRequest() {
        assertThat(client.source.requests).isEmpty();
    }

    @Test
    void firstRefreshAsksForNextRootTimestampSnapshotTargets() throws Exception {
        client.refresh();
        assertThat(client.source.requests)
                .containsExactly("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
    }

    @Test
    void unchangedTimestampMeansOnlyRootAndTimestamp() throws Exception {
        client.refresh();
        client.source.takeRequests();
        RefreshResult result = client.refresh();
        assertThat(client.source.requests).containsExactly("2.root.json", "timestamp.json");
        assertThat(result).isEqualTo(new RefreshResult(false, 1, 1, 1, 1));
    }

    @Test
    void unchangedTimestampAfterRestartMeansOnlyRootAndTimestamp() throws Exception {
        client.refresh();
        client.open();
        client.source.takeRequests();
        client.refresh();
        assertThat(client.source.requests).containsExactly("2.root.json", "timestamp.json");
    }

    @Test
    void newTimestampOfTheSameSnapshotMeansNothingElse() throws Exception {
        client.refresh();
        client.repository.publishTimestamp();
        client.source.takeRequests();
        assertThat(client.refresh()).isEqualTo(new RefreshResult(true, 1, 2, 1, 1));
        assertThat(client.source.requests).containsExactly("2.root.json", "timestamp.json");
    }

    @Test
    void newSnapshotOfTheSameTargetsMeansNoTargets() throws Exception {
        client.refresh();
        client.repository.publish();
        client.source.takeRequests();
        client.refresh();
        assertThat(client.source.requests).containsExactly("2.root.json", "timestamp.json", "2.snapshot.json");
    }

    @Test
    void withoutConsistentSnapshotsOnlyRootsCarryVersions() throws Exception {
        client.repository.consistentSnapshot = false;
        client.repository.publishRoot();
        client.repository.publish("targets");
        client.refresh();
        assertThat(client.source.requests)
                .containsExactly("2.root.json", "3.root.json", "timestamp.json", "snapshot.json", "targets.json");
    }

    @Test
    void receivedBytesAreStoredVerbatim() throws Exception {
        client.refresh();
        assertThat(client.store.roles.get("snapshot")).isEqualTo(client.repository.file("1.snapshot.json"));
        assertThat(client.store.roots.get(1L)).isEqualTo(client.pinnedRoot);
    }

    @Test
    void snapshotGoneMeansOnceMoreFromTimestamp() throws Exception {
        byte[] overtaken = client.repository.file("timestamp.json");
        client.repository.publish("targets");
        client.repository.files.remove("1.snapshot.json");
        byte[] present = client.repository.files.put("timestamp.json", overtaken);
        client.source.beforeFetch = () -> {
            if (client.source.requests.contains("1.snapshot.json")) {
                client.repository.files.put("timestamp.json", present);
            }
        };
        client.refresh();
        assertThat(client.source.requests)
                .containsExactly(
                        "2.root.json",
                        "timestamp.json",
                        "1.snapshot.json",
                        "timestamp.json",
                        "2.snapshot.json",
                        "2.targets.json");
    }

    @Test
    void snapshotThatNobodyHasIsAnErrorAfterOneMoreTimestamp() {
        client.repository.files.remove("1.snapshot.json");
        assertRefused(Reason.MISSING, client::refresh);
        assertThat(client.source.requests)
                .containsExactly(
                        "2.root.json", "timestamp.json", "1.snapshot.json", "timestamp.json", "1.snapshot.json");
    }

    @Test
    void snapshotGoneUnderAnUnchangedTimestampMeansOnceMoreToo() throws Exception {
        client.source.unreachable.add("1.snapshot.json");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        client.source.unreachable.clear();
        client.repository.files.remove("1.snapshot.json");
        client.source.beforeFetch = () -> {
            if (client.source.requests.get(client.source.requests.size() - 1).equals("1.snapshot.json")) {
                client.repository.publish("targets");
            }
        };
        assertThat(client.refresh()).isEqualTo(new RefreshResult(true, 1, 2, 2, 2));
    }

    @Test
    void restartsAreBoundedEvenWhenTheRepositoryKeepsMoving() {
        client.repository.files.remove("1.targets.json");
        client.source.beforeFetch = () -> {
            if (client.source.requests.get(client.source.requests.size() - 1).endsWith(".targets.json")) {
                client.repository.publish();
            }
        };
        assertRefused(Reason.MISSING, client::refresh);
        assertThat(client.source.requests.stream().filter("timestamp.json"::equals))
                .hasSize(3);
    }

    @Test
    void unreachableFileAbortsWithTheOldViewInForce() throws Exception {
        client.refresh();
        client.repository.publish("targets");
        client.source.unreachable.add("2.snapshot.json");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        assertThat(client.version("timestamp")).isEqualTo(1);
        assertThat(client.version("targets")).isEqualTo(1);
        client.view().requireCurrent(NOW);
    }

    @Test
    void refreshAfterAnAbortedOneGoesOnWhereItStopped() throws Exception {
        client.refresh();
        client.repository.publish("targets");
        client.source.unreachable.add("2.snapshot.json");
        assertThatThrownBy(client::refresh).isInstanceOf(IOException.class);
        client.source.unreachable.clear();
        assertThat(client.refresh()).isEqualTo(new RefreshResult(true, 1, 2, 2, 2));
    }

    @Test
    void clockAnHourBehindTheLastRefreshRefusesUpdates() throws Exception {
        client.refresh();
        client.updater().refresh(NOW.minus(Duration.ofHours(1)));
        Instant behind = NOW.minus(Duration.ofHours(1)).minusSeconds(1);
        assertRefused(Reason.CLOCK, () -> client.updater().refresh(behind));
    }

    @Test
    void clockIsHeldAgainstTheLastRefreshAfterRestart() throws Exception {
        client.refresh();
        client.open();
        assertRefused(Reason.CLOCK, () -> client.updater().refresh(NOW.minus(Duration.ofHours(2))));
    }

    @Test
    void signedLengthOverTheCapIsRefusedWithoutAFetch() {
        client.repository.entries.put("targets", new MetaFile(1, OptionalLong.of(65L << 20), List.of()));
        client.repository.publish();
        assertRefused(Reason.TOO_LARGE, client::refresh);
        assertThat(client.source.requests).doesNotContain("1.targets.json");
    }

    @Test
    void moreBytesThanTheSignedLengthAreOtherBytesThanSigned() {
        client.repository.files.put("1.targets.json", new byte[1 << 20]);
        assertRefused(Reason.MISMATCH, client::refresh);
    }

    @Test
    void moreBytesThanTheCapWhereNoLengthIsSignedAreRefused() {
        client.repository.files.put("timestamp.json", new byte[1 << 20]);
        assertRefused(Reason.TOO_LARGE, client::refresh);
    }

    @Test
    void refusedFileIsNotAskedForConditionallyAgain() {
        client.repository.files.put("timestamp.json", new byte[10]);
        assertRefused(Reason.MALFORMED, client::refresh);
        assertThat(client.source.forgotten).isEqualTo(1);
    }

    @Test
    void sourceThatIgnoresItsLimitIsRefused() throws Exception {
        client.refresh();
        MetadataSource endless = (name, maxBytes) -> Optional.of(new byte[(int) maxBytes + 1]);
        Updater updater = new Updater(client.pinnedRoot, endless, new FakeStore(), client.options);
        assertRefused(Reason.TOO_LARGE, () -> updater.refresh(NOW));
    }

    @Test
    void lengthBindsWhereNoHashIsSigned() throws Exception {
        int length = client.repository.file("1.targets.json").length;
        client.repository.entries.put("targets", new MetaFile(1, OptionalLong.of(length + 1L), List.of()));
        client.repository.publish();
        assertRefused(Reason.MISMATCH, client::refresh);
    }
}
