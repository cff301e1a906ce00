package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.store.FolderMetadataStore;
import dev.assay.trust.MetadataSource;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refresh that fails leaves as it was, and who hears of it. */
final class RefresherTest {
    private static final Duration EXPIRED = Duration.ofDays(400);

    private final TestClock clock = new TestClock();
    private final TestRepository repository = new TestRepository();
    private final Semaphore refreshes = new Semaphore(0);
    private volatile boolean down;

    @TempDir
    private Path folder;

    private Deadlines deadlines;
    private Updater updater;

    @BeforeEach
    void open() throws Exception {
        deadlines = new Deadlines(clock);
        MetadataSource source = this::fetch;
        updater = new Updater(
                repository.root(1), source, new FolderMetadataStore(folder.resolve("metadata")), TrustOptions.DEFAULTS);
    }

    @AfterEach
    void close() {
        deadlines.close();
    }

    @Test
    void aFailedRefreshKeepsWhatWasVerified() throws Exception {
        try (Refresher refresher = start(Duration.ofMillis(1))) {
            awaitRefreshes(2);
            down = true;
            refreshes.drainPermits();
            awaitRefreshes(2); // the second begins when the first has failed
            TrustedView view = updater.view();

            view.requireCurrent(clock.instant());
            assertThat(view.roles()).hasSize(4);
            assertThat(refresher.lastFailure()).contains("down");
        }
    }

    @Test
    void theSameFailureIsToldOnce() throws Exception {
        down = true;
        try (Refresher refresher = start(Duration.ofMillis(1))) {
            awaitRefreshes(5);
            assertThat(refresher.triedOnce()).isTrue();
        }

        assertThat(failuresToldOf()).isEqualTo(1);
    }

    @Test
    void metadataThatStaysExpiredIsToldOfOnceThoughTheTimeMovesOn() throws Exception {
        clock.advance(EXPIRED);
        try (Refresher refresher = start(Duration.ofMillis(1))) {
            awaitRefreshes(5);
            assertThat(refresher.lastFailure()).contains("expired");
        }

        assertThat(failuresToldOf()).isEqualTo(1);
    }

    @Test
    void aNudgeBringsTheNextRefreshForward() throws Exception {
        try (Refresher refresher = start(Duration.ofHours(1))) {
            awaitRefreshes(1);
            clock.advance(Duration.ofSeconds(6));
            while (!refresher.triedOnce()) {
                Thread.onSpinWait();
            }

            refresher.nudge();

            awaitRefreshes(1);
        }
    }

    @Test
    void nudgesRightAfterARefreshDoNothing() throws Exception {
        try (Refresher refresher = start(Duration.ofHours(1))) {
            awaitRefreshes(1);
            while (!refresher.triedOnce()) {
                Thread.onSpinWait();
            }

            refresher.nudge();
            refresher.nudge();
        }

        assertThat(refreshes.availablePermits()).isZero();
    }

    @Test
    void whatWasPublishedIsLookedForAtOnceHoweverRecentTheLastRefreshWas() throws Exception {
        try (Refresher refresher = start(Duration.ofHours(1))) {
            awaitRefreshes(1);
            while (!refresher.triedOnce()) {
                Thread.onSpinWait();
            }

            refresher.published();

            awaitRefreshes(1);
        }
    }

    private Refresher start(Duration interval) {
        Refresher refresher = new Refresher(
                "test",
                updater,
                new MetadataPlaces(List.of(new MetadataPlaces.Place("repository", this::fetch))),
                interval,
                clock,
                new SplittableRandom(1),
                deadlines,
                new Metrics(),
                new AuditLog(folder, clock));
        refresher.start();
        return refresher;
    }

    /** Each refresh looks for the next root first, once. */
    private Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException {
        if (fileName.endsWith(".root.json")) {
            refreshes.release();
        }
        if (down) {
            throw new IOException("down at " + Instant.EPOCH);
        }
        return Optional.ofNullable(repository.files.get(fileName));
    }

    private void awaitRefreshes(int count) throws InterruptedException {
        if (!refreshes.tryAcquire(count, TestProxy.PATIENT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("no refresh");
        }
    }

    private long failuresToldOf() throws IOException {
        return Files.readAllLines(folder.resolve("audit.log")).stream()
                .filter(line -> line.contains("refresh-failed"))
                .count();
    }
}
