package dev.assay.upstream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks ten times a second at every step under way. A timer for each would wake a thread for each, and a large file comes
 * in thousands of reads. Thread-safe.
 */
final class Watchdog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration ROUND = Duration.ofMillis(100);

    private final Set<Watch> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "assay-upstream-watchdog");
        made.setDaemon(true);
        return made;
    });

    Watchdog() {
        var unused = thread.scheduleWithFixedDelay(this::round, ROUND.toNanos(), ROUND.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void round() {
        for (Watch step : running) {
            try {
                step.cutWhenLate();
            } catch (RuntimeException e) {
                log.warn("a call that is late could not be cancelled cleanly", e); // and the rounds go on
            }
        }
    }

    void watch(Watch step) {
        running.add(step);
    }

    void leave(Watch step) {
        running.remove(step);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
