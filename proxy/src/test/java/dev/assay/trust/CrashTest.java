package dev.assay.trust;

import static dev.assay.tuf.Refusals.assertRefused;
import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The process ends before each write in turn, and starts again. */
class CrashTest {
    private final TestClient client = new TestClient();
    private final TestRepository repository = client.repository;
    private final TargetPath path = repository.target("a", "x");

    /** More writes than any of these refreshes makes. */
    static IntStream writes() {
        return IntStream.range(0, 12);
    }

    private void start() throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.publish("targets", "a");
        client.refresh();
        client.load(path);
    }

    private void crashAfter(int writes) {
        client.store.writes = writes;
        Throwable end = catchThrowable(client::refresh);
        assertThat(end == null || end instanceof FakeStore.Crash).as("%s", end).isTrue();
        client.open();
    }

    /** All of the old set, all of the new one, or nothing. */
    private void assertWholeOrNothing() {
        if (catchThrowable(() -> client.view().requireCurrent(NOW)) == null) {
            assertThat(client.version("timestamp")).isEqualTo(client.version("snapshot"));
            assertThat(client.version("snapshot")).isEqualTo(client.version("targets"));
        }
    }

    @ParameterizedTest
    @MethodSource("writes")
    void crashInAFirstRefreshLeavesNothingHalf(int writes) throws Exception {
        crashAfter(writes);
        assertWholeOrNothing();
        assertThat(client.refresh().targets()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void crashInAnUpdateLeavesNothingHalfAndLosesNoFloor(int writes) throws Exception {
        start();
        byte[] old = repository.file("timestamp.json");
        repository.publish("targets", "a");
        crashAfter(writes);
        assertWholeOrNothing();
        long floor = client.store.floors.timestampVersion();
        assertThat(floor).isGreaterThanOrEqualTo(2);
        byte[] next = repository.files.put("timestamp.json", old);
        if (client.version("timestamp") > 2 || floor > 2) {
            assertRefused(Reason.ROLLBACK, client::refresh);
        }
        repository.files.put("timestamp.json", next);
        assertThat(client.refresh().timestamp()).isEqualTo(3);
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void crashInARotationStillRecoversFromFastForward(int writes) throws Exception {
        start();
        repository.versions.put("timestamp", 1000L);
        repository.versions.put("snapshot", 1000L);
        repository.versions.put("targets", 1000L);
        repository.publish("targets");
        client.refresh();
        repository.keys("timestamp").add(TestRepository.newKey());
        repository.keys("snapshot").add(TestRepository.newKey());
        repository.publishRoot();
        repository.versions.put("timestamp", 2L);
        repository.versions.put("snapshot", 2L);
        repository.versions.put("targets", 2L);
        repository.publish("targets");
        crashAfter(writes);
        assertWholeOrNothing();
        assertThat(client.refresh())
                .extracting(RefreshResult::timestamp, RefreshResult::targets)
                .containsExactly(3L, 3L);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void crashBetweenRootsEndsAtTheNewestAllTheSame(int writes) throws Exception {
        start();
        for (int i = 0; i < 3; i++) {
            repository.rotate("root");
            repository.publishRoot();
        }
        crashAfter(writes);
        assertThat(client.store.floors.rootVersion()).isLessThanOrEqualTo(client.version("root"));
        assertThat(client.refresh().root()).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void crashWhileLoadingARoleLeavesItToBeLoadedAgain(int writes) throws Exception {
        repository.delegate("targets", "a", false, "*");
        repository.publish("targets", "a");
        client.refresh();
        client.store.writes = writes;
        Throwable end = catchThrowable(() -> client.load(path));
        assertThat(end == null || end instanceof FakeStore.Crash).isTrue();
        client.open();
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void failingStoreLeavesTheOldViewInForce(int writes) throws Exception {
        start();
        repository.publish("targets");
        client.store.writes = writes;
        boolean failed = catchThrowable(client::refresh) != null;
        assertThat(client.version("targets")).isEqualTo(failed ? 2 : 3);
        client.view().requireCurrent(NOW);
        client.store.writes = Integer.MAX_VALUE;
        assertThat(client.refresh().targets()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void restartAfterARefreshWithNothingNewServesWithoutTheSource(int writes) throws Exception {
        start();
        crashAfter(writes);
        repository.files.clear();
        assertThat(client.find(path)).isEqualTo(new Lookup.NotLoaded("a"));
        assertThat(client.load(path)).isInstanceOf(Lookup.Signed.class);
    }
}
