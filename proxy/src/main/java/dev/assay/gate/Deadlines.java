package dev.assay.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Wakes what waits, at its deadline: one thread that only hands over. Thread-safe. */
public final class Deadlines implements AutoCloseable {
    private final InstantSource clock;
    private final ScheduledThreadPoolExecutor timer;

    public Deadlines(InstantSource clock) {
        this.clock = clock;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "assay-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs {@code wake} at {@code instant}, or at once when that is past. {@code wake} must not block. */
    void at(Instant instant, Runnable wake) {
        long millis = Math.max(0, Duration.between(clock.instant(), instant).toMillis() + 1);
        var unused = timer.schedule(wake, millis, TimeUnit.MILLISECONDS);
    }

    boolean isPast(Instant deadline) {
        return !clock.instant().isBefore(deadline);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
