package dev.assay.gate;

import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.store.StoreException;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one repository's metadata fresh: a thread that refreshes on an interval with jitter, ahead of expiry, sooner after a failure
 * (5 s, doubling up to the interval), and when asked to. A failed refresh changes nothing: the old verified set stays in force
 * until it expires. Thread-safe.
 *
 * <p>The repository is asked first. While it can't deliver, every mirror that carries the metadata is asked: what is verified only moves
 * forward, so one that lags, or lies, changes nothing.
 *
 * <p>Readers never wait for it. A new view comes into force with the roles in memory that they used lately. When the source fails
 * to deliver one, the old view stays: if the source is down, that is what keeps pages available. If it is up again at the next
 * try and still lacks that role, the new view does without.
 */
public final class Refresher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Refresher.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    /** However often requests ask for it, refreshes are at least this far apart. */
    private static final Duration NUDGE_PAUSE = Duration.ofSeconds(5);
    /** The first of a view's roles. */
    static final int TOP_LEVEL = 4;

    private final String repository;
    private final Updater updater;
    private final MetadataPlaces places;
    private final Duration interval;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Deadlines deadlines;
    private final RefreshReports reports;
    private final HotRoles hot = new HotRoles(HotRoles.PATIENCE);

    private final CompletableFuture<Void> tried = new CompletableFuture<>();
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private boolean nudged;
    /** How many refreshes have begun, and which was the last to end. */
    private long begun;

    private long ended;
    private volatile boolean closed;
    private volatile String lastFailure = "";
    private volatile Instant lastTry = Instant.EPOCH;
    /** A verified set waits for its hot roles. The refresher's own. */
    private boolean heldBack;

    private volatile Metrics.Trust state;

    public Refresher(
            String repository,
            Updater updater,
            MetadataPlaces places,
            Duration interval,
            InstantSource clock,
            RandomGenerator random,
            Deadlines deadlines,
            Metrics metrics,
            AuditLog audit) {
        this.repository = repository;
        this.updater = updater;
        this.places = places;
        this.interval = interval;
        this.clock = clock;
        this.random = random;
        this.deadlines = deadlines;
        this.reports = new RefreshReports(repository, metrics, audit);
        this.state = new Metrics.Trust(updater.lastUpdate(), 0, 0, List.of());
        this.state = state(updater.lastUpdate());
        this.thread = new Thread(this::loop, "assay-refresher-" + repository);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Asks for a refresh soon; does nothing when the last one was seconds ago. */
    void nudge() {
        if (Duration.between(lastTry, clock.instant()).compareTo(NUDGE_PAUSE) < 0) {
            return;
        }
        published();
    }

    /** The repository has published something: refreshes at once, whenever the last time was. Returns at once. */
    public void published() {
        lock.lock();
        try {
            nudged = true;
            asked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #published}, and waits for the end of a refresh that began after this call. For fetching workers.
     *
     * @throws IOException when there was none within {@code patience}, or it failed
     */
    public void refreshed(Duration patience) throws IOException, InterruptedException {
        lock.lock();
        try {
            published();
            long wanted = begun + 1;
            long nanos = patience.toNanos();
            while (!closed && ended < wanted && nanos > 0) {
                nanos = asked.awaitNanos(nanos);
            }
            if (ended < wanted) {
                throw new IOException("the signed metadata was not refreshed within " + patience.toSeconds() + " s");
            }
        } finally {
            lock.unlock();
        }
        if (!lastFailure.isEmpty()) {
            throw new IOException("the signed metadata can't be refreshed: " + lastFailure);
        }
    }

    /** Whether the first refresh has ended, well or not. */
    public boolean triedOnce() {
        return tried.isDone();
    }

    /** A wait for the end of the first refresh. */
    <T> Outcome<T> firstTry(Instant deadline) {
        return new Outcome.Waiting<>(wake -> {
            var unused = tried.whenComplete((nothing, error) -> wake.run());
            deadlines.at(deadline, wake);
        });
    }

    /** Why the last refresh failed; empty when it did not. */
    public String lastFailure() {
        return lastFailure;
    }

    /** What is trusted, how old it is, and how much of it is in memory: for metrics. */
    public Metrics.Trust state() {
        return state(state.refreshed());
    }

    /** The roles that readers use. */
    HotRoles hot() {
        return hot;
    }

    private void loop() {
        Duration retry = FIRST_RETRY;
        while (true) {
            boolean ok = counted();
            tried.complete(null);
            Duration wait = ok ? beforeExpiry(jittered(interval)) : min(retry, interval);
            retry = ok ? FIRST_RETRY : min(retry.multipliedBy(2), interval);
            if (!pause(wait)) {
                return;
            }
        }
    }

    private boolean counted() {
        begins();
        boolean ok = refresh();
        ends();
        return ok;
    }

    private void begins() {
        lock.lock();
        try {
            begun++;
        } finally {
            lock.unlock();
        }
    }

    private void ends() {
        lock.lock();
        try {
            ended = begun;
            asked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** One try; whether the repository itself could deliver. */
    boolean refresh() {
        lastTry = clock.instant();
        if (refreshFromTheRepository()) {
            return true;
        }
        boolean wanted = !heldBack; // else what is newest is here, and waits for its hot roles
        for (int mirror = 1; wanted && mirror < places.count() && !closed; mirror++) {
            refreshFrom(mirror);
        }
        places.turnBack();
        return false;
    }

    private boolean refreshFromTheRepository() {
        try {
            succeeded(places.turnTo(0), "ok");
            reports.works();
            return true;
        } catch (InvalidMetadataException e) {
            return failed(e.role(), e.reason().name(), e);
        } catch (IOException e) {
            return failed("", "UNREACHABLE", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (StoreException e) {
            return failed("", "STORE_" + e.kind().name(), e);
        } catch (RuntimeException e) {
            log.error("refresh broke repository={}", repository, e);
            return failed("", "BUG", e);
        }
    }

    private void refreshFrom(int mirror) {
        String name = places.turnTo(mirror);
        try {
            succeeded(name, "mirror");
        } catch (InvalidMetadataException | IOException | StoreException e) {
            reports.passedOver(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at the place whose turn it is; returns when what it has is in force. */
    private void succeeded(String place, String result)
            throws InvalidMetadataException, IOException, InterruptedException {
        TrustedView before = updater.view();
        update(lastTry);
        places.delivered();
        reports.succeeded(before, updater.view(), place, result);
        reports.dropped(state.dropped(), updater.dropped());
        state = state(Optional.of(lastTry));
        lastFailure = "";
    }

    private void update(Instant now) throws InvalidMetadataException, IOException, InterruptedException {
        if (heldBack && !Grace.isCurrent(updater.view(), now)) {
            updater.publish(); // nothing is kept available by waiting any longer
        }
        TrustedView next = updater.update(now);
        if (next.metadata() != updater.view().metadata()) {
            Optional<IOException> failure = hot.loadInto(next, updater, now, () -> closed);
            if (failure.isPresent() && !heldBack && Grace.isCurrent(updater.view(), now)) {
                heldBack = true;
                throw failure.get();
            }
        }
        heldBack = false;
        updater.publish();
    }

    /** The top-level roles; a role that is known already keeps the time since when it is. */
    private Metrics.Trust state(Optional<Instant> refreshed) {
        List<Metrics.Role> known = state.roles();
        List<TrustedView.RoleState> all = updater.view().roles();
        List<Metrics.Role> roles = all.stream()
                .limit(TOP_LEVEL)
                .map(role -> known.stream()
                        .filter(old -> old.name().equals(role.role()) && old.version() == role.version())
                        .findFirst()
                        .orElseGet(
                                () -> new Metrics.Role(role.role(), role.version(), clock.instant(), role.expires())))
                .toList();
        return new Metrics.Trust(refreshed, Math.max(0, all.size() - TOP_LEVEL), updater.dropped(), roles);
    }

    private boolean failed(String role, String reason, Exception e) {
        String message = String.valueOf(e.getMessage());
        reports.failed(role, reason, message);
        lastFailure = message;
        return false;
    }

    /** While a role that can't be renewed runs out, tries become more frequent. */
    Duration beforeExpiry(Duration wait) {
        Instant now = clock.instant();
        Duration left = updater.view().roles().stream()
                .limit(TOP_LEVEL)
                .map(role -> Duration.between(now, role.expires()))
                .reduce(wait.multipliedBy(2), Refresher::min);
        Duration ahead = left.multipliedBy(3).dividedBy(4);
        Duration least = min(FIRST_RETRY, interval);
        return ahead.compareTo(least) < 0 ? least : min(wait, ahead);
    }

    /** Up to a tenth longer, so that instances that started together do not ask together. */
    Duration jittered(Duration duration) {
        return duration.plusMillis(random.nextLong(Math.max(1, duration.toMillis() / 10)));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Sleeps until the time is up or a refresh is asked for; false when closed. */
    private boolean pause(Duration duration) {
        lock.lock();
        try {
            long nanos = duration.toNanos();
            while (!closed && !nudged && nanos > 0) {
                nanos = asked.awaitNanos(nanos);
            }
            nudged = false;
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the thread; waits a few seconds for a refresh that is under way. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            asked.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
