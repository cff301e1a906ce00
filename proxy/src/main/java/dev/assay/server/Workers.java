package dev.assay.server;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The serving workers. New requests are bounded: as many as there are workers, and {@code queue} that wait. What was admitted once
 * (a woken request, the next piece of a body) always goes on: there is at most one such task for each connection, and to drop it
 * would be to break an answer that was begun.
 */
final class Workers {
    private final ThreadPoolExecutor pool;
    private final AtomicInteger admitted = new AtomicInteger();
    private final int most;

    Workers(ServerOptions.Threads threads) {
        AtomicInteger number = new AtomicInteger();
        this.most = threads.workers() + threads.queue();
        this.pool = new ThreadPoolExecutor(
                threads.workers(), threads.workers(), 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "serve-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.prestartAllCoreThreads();
    }

    /** Takes a new task unless the queue is full, or the server closed. */
    boolean offer(Runnable task) {
        if (admitted.incrementAndGet() > most) {
            admitted.decrementAndGet();
            return false;
        }
        return submit(() -> {
            try {
                task.run();
            } finally {
                admitted.decrementAndGet();
            }
        });
    }

    /** Goes on with what was admitted before. After the server closed, nothing goes on. */
    boolean resume(Runnable task) {
        return submit(task);
    }

    /** Ends the threads when the queued tasks are done; false when some were not within the limit. */
    boolean close(Duration limit) throws InterruptedException {
        pool.shutdown();
        return pool.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private boolean submit(Runnable task) {
        try {
            pool.execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }
}
