package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.store.FolderMetadataStore;
import dev.assay.trust.Lookup;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roles that readers use are in memory before new metadata comes into force. */
final class HotRolesTest {
    private final TestRepository repository = new TestRepository();
    private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile Instant now = TestRepository.NOW;
    private volatile Runnable beforeFetch = () -> {};
    private TargetPath hot;
    private TargetPath cold;

    @TempDir
    private Path folder;

    private Deadlines deadlines;
    private Updater updater;
    private Refresher refresher;

    @BeforeEach
    void useOneOfTwoRoles() throws Exception {
        repository.delegate("targets", "hot", false, "hot/*");
        repository.delegate("targets", "cold", false, "cold/*");
        hot = repository.target("hot", "hot/page");
        cold = repository.target("cold", "cold/page");
        repository.publish("targets", "hot", "cold");
        deadlines = new Deadlines(() -> now);
        updater = new Updater(
                repository.root(1),
                this::fetch,
                new FolderMetadataStore(folder.resolve("metadata")),
                TrustOptions.DEFAULTS);
        refresher = new Refresher(
                "test",
                updater,
                new MetadataPlaces(List.of(new MetadataPlaces.Place("repository", this::fetch))),
                Duration.ofHours(1),
                () -> now,
                new SplittableRandom(1),
                deadlines,
                new Metrics(),
                new AuditLog(folder, () -> now));
        assertThat(refresher.refresh()).isTrue();
        Lookup found = updater.load(hot, now);
        refresher.hot().used(((Lookup.Signed) found).file());
        requests.clear();
    }

    @AfterEach
    void close() {
        deadlines.close();
    }

    @Test
    void afterEveryRoleIsSignedAnewThoseInUseNeedNoSource() throws Exception {
        repository.publish("hot", "cold");
        assertThat(refresher.refresh()).isTrue();

        assertThat(timestamp()).isEqualTo(3);
        assertThat(signed(hot)).isTrue();
        assertThat(requests).contains("2.hot.json").doesNotContain("2.cold.json");
    }

    @Test
    void whileTheyAreLoadedReadersHaveTheOldMetadata() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        repository.publish("hot");
        beforeFetch = () -> {
            if (requests.contains("2.hot.json")) {
                loading.countDown();
                await(goOn);
            }
        };
        Thread refreshing = new Thread(() -> refresher.refresh());
        refreshing.start();
        await(loading);

        assertThat(timestamp()).isEqualTo(2);
        assertThat(signed(hot)).isTrue();
        goOn.countDown();
        refreshing.join();
        assertThat(timestamp()).isEqualTo(3);
    }

    @Test
    void anOutageBetweenSnapshotAndRolesKeepsWhatWasInUse() throws Exception {
        repository.publish("hot");
        unreachable.add("2.hot.json");
        assertThat(refresher.refresh()).isFalse();
        unreachable.add("timestamp.json");
        assertThat(refresher.refresh()).isFalse();

        assertThat(timestamp()).isEqualTo(2);
        assertThat(signed(hot)).isTrue();
        unreachable.clear();
        assertThat(refresher.refresh()).isTrue();
        assertThat(timestamp()).isEqualTo(3);
    }

    @Test
    void oneRoleThatCanNotBeHadDoesNotHoldTheRestBackTwice() throws Exception {
        repository.publish("hot", "cold");
        unreachable.add("2.hot.json");
        assertThat(refresher.refresh()).isFalse();
        assertThat(refresher.refresh()).isTrue();

        assertThat(timestamp()).isEqualTo(3);
        assertThat(updater.load(cold, now)).isInstanceOf(Lookup.Signed.class);
    }

    @Test
    void aRoleThatDoesNotVerifyHoldsNothingBack() throws Exception {
        repository.publish("hot");
        repository.files.put("2.hot.json", new byte[10]);

        assertThat(refresher.refresh()).isTrue();
        assertThat(timestamp()).isEqualTo(3);
    }

    @Test
    void expiredMetadataIsNotKeptForItsRoles() throws Exception {
        repository.expires.put("timestamp", now.plus(Duration.ofHours(1)));
        repository.publish();
        assertThat(refresher.refresh()).isTrue();
        repository.expires.put("timestamp", now.plus(Duration.ofHours(9)));
        repository.publish("hot");
        unreachable.add("2.hot.json");
        now = now.plus(Duration.ofHours(2));

        assertThat(refresher.refresh()).isTrue();
        assertThat(timestamp()).isEqualTo(4);
    }

    @Test
    void whatWasHeldBackComesIntoForceWhenTheOldExpiresInAnOutage() throws Exception {
        repository.expires.put("timestamp", now.plus(Duration.ofHours(1)));
        repository.publish();
        assertThat(refresher.refresh()).isTrue();
        repository.expires.put("timestamp", now.plus(Duration.ofHours(9)));
        repository.publish("hot");
        unreachable.add("2.hot.json");
        assertThat(refresher.refresh()).isFalse();
        unreachable.add("timestamp.json");
        now = now.plus(Duration.ofHours(2));

        assertThat(refresher.refresh()).isFalse();
        assertThat(timestamp()).isEqualTo(4);
    }

    @Test
    void refreshesComeBeforeExpiry() throws Exception {
        repository.expires.put("timestamp", now.plus(Duration.ofMinutes(4)));
        repository.publish();
        assertThat(refresher.refresh()).isTrue();

        assertThat(refresher.beforeExpiry(Duration.ofHours(1))).isEqualTo(Duration.ofMinutes(3));
        now = now.plus(Duration.ofMinutes(4));
        assertThat(refresher.beforeExpiry(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void refreshesAreSpreadOverATenthOfTheInterval() {
        List<Duration> waits = Stream.generate(() -> refresher.jittered(Duration.ofHours(1)))
                .limit(100)
                .toList();

        assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofHours(1)) >= 0);
        assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofMinutes(66)) < 0);
        assertThat(Set.copyOf(waits)).hasSizeGreaterThan(50);
    }

    /** A source that hangs holds four loaders, each for one fetch: those that wait behind them are not for a view that is over. */
    @Test
    void loadingForAViewEndsWhenThereIsANewerOne() throws Exception {
        String[] names = IntStream.range(0, 10).mapToObj(i -> "role-" + i).toArray(String[]::new);
        HotRoles roles = new HotRoles(Duration.ofMillis(1));
        use(roles, names);
        Semaphore hanging = new Semaphore(0);
        CountDownLatch goOn = new CountDownLatch(1);
        TrustedView second = updated(names);
        beforeFetch = () -> {
            hanging.release();
            await(goOn);
        };
        assertThat(roles.loadInto(second, updater, now, () -> false)).isEmpty();
        assertThat(hanging.tryAcquire(4, TestProxy.PATIENT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        beforeFetch = () -> {};
        TrustedView third = updated(names);
        beforeFetch = () -> await(goOn);
        assertThat(roles.loadInto(third, updater, now, () -> false)).isEmpty();
        goOn.countDown();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("assay-hot-roles")) {
                thread.join();
            }
        }

        assertThat(requests).filteredOn(file -> file.startsWith("2.role-")).hasSize(4);
        assertThat(requests).filteredOn(file -> file.startsWith("3.role-")).hasSize(10);
    }

    private void use(HotRoles roles, String... names) throws Exception {
        for (String name : names) {
            repository.delegate("targets", name, false, name + "/*");
            repository.target(name, name + "/page");
        }
        repository.publishTargets("targets");
        repository.publish(names);
        updater.refresh(now);
        for (String name : names) {
            roles.used(((Lookup.Signed) updater.load(new TargetPath(name + "/page"), now)).file());
        }
    }

    /** What a refresh comes to when these roles were signed anew; not in force. */
    private TrustedView updated(String... roles) throws Exception {
        repository.publish(roles);
        return updater.update(now);
    }

    @Test
    void stateTellsWhatIsLoadedAndSinceWhen() throws Exception {
        now = now.plus(Duration.ofMinutes(1));
        repository.publishTimestamp();
        assertThat(refresher.refresh()).isTrue();

        Metrics.Trust state = refresher.state();
        assertThat(state.loaded()).isEqualTo(1);
        assertThat(state.refreshed()).contains(now);
        assertThat(state.roles())
                .extracting(Metrics.Role::name, role -> Duration.between(role.since(), now))
                .contains(tuple("timestamp", Duration.ZERO), tuple("snapshot", Duration.ofMinutes(1)));
    }

    private boolean signed(TargetPath path) throws Exception {
        return updater.view().find(path, now) instanceof Lookup.Signed;
    }

    private long timestamp() {
        return updater.view().roles().get(1).version();
    }

    private Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException {
        requests.add(fileName);
        beforeFetch.run();
        if (unreachable.contains(fileName)) {
            throw new IOException("down");
        }
        return Optional.ofNullable(repository.files.get(fileName));
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(TestProxy.PATIENT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("never came");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
