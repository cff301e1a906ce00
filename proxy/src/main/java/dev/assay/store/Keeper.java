package dev.assay.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store's own three threads: one for what gives back space and memory, soon, one for storing what was gathered, and one for hashing
 * what lies on the disk, in its own time. Work that fails is told in the log and not tried again by itself.
 */
final class Keeper implements AutoCloseable {
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);

    private final ExecutorService house = Executors.newSingleThreadExecutor(daemon("store-keeper"));
    private final ScheduledThreadPoolExecutor storing = new ScheduledThreadPoolExecutor(1, daemon("store-gathering"));
    private final ScheduledThreadPoolExecutor hashing = new ScheduledThreadPoolExecutor(1, daemon("store-hashing"));

    Keeper() {
        storing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        hashing.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs what gives back space or memory. Never blocks. */
    void soon(Runnable work) {
        try {
            house.execute(() -> run(work));
        } catch (RejectedExecutionException e) {
            log.debug("store is closed, work left to the next start");
        }
    }

    /** Runs what stores blobs that were gathered, or tells of it, after a while. Never blocks. */
    void store(Runnable work, Duration after) {
        schedule(storing, work, after);
    }

    /** Runs what hashes, after a while. Never blocks. */
    void hash(Runnable work, Duration after) {
        schedule(hashing, work, after);
    }

    private void schedule(ScheduledThreadPoolExecutor thread, Runnable work, Duration after) {
        try {
            var unused = thread.schedule(() -> run(work), after.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("store is closed, nothing more is done in its own time");
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (StoreException e) {
            if (!hashing.isShutdown()) {
                log.warn("store upkeep failed kind={} cause={}", e.kind(), e.getMessage());
            }
        } catch (RuntimeException e) {
            log.warn("store upkeep failed", e);
        }
    }

    /** Ends what gives back space and what stores, as far as it is due by now. Hashing ends with the database. */
    @Override
    public void close() {
        hashing.shutdown();
        storing.shutdown();
        house.shutdown();
        try {
            for (ExecutorService thread : List.of(storing, house)) {
                if (!thread.awaitTermination(CLOSE_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                    log.warn("store upkeep left to the next start waited={}", CLOSE_DEADLINE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
