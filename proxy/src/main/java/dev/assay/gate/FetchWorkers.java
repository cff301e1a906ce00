package dev.assay.gate;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The fetching workers: one thread for each upstream transfer, bounded, and the deadlines of those who wait for them. When all
 * are busy and the queue is full, more work is rejected.
 */
public record FetchWorkers(ThreadPoolExecutor fetchers, Deadlines deadlines) implements AutoCloseable {

    /** How much work may wait for a worker, for each worker there is. */
    private static final int QUEUE_PER_WORKER = 16;

    /**
     * Starts none yet: threads come with the work and go when idle.
     *
     * @param transfers how many at once
     */
    public static FetchWorkers start(int transfers, Deadlines deadlines) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                transfers,
                transfers,
                60,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(transfers * QUEUE_PER_WORKER),
                task -> {
                    Thread thread = new Thread(task, "assay-fetch-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return new FetchWorkers(pool, deadlines);
    }

    /** Drops what waits for a worker, and gives what runs a few seconds: the closed upstream client has cut it. */
    @Override
    public void close() {
        fetchers.getQueue().clear();
        fetchers.shutdown();
        try {
            var unused = fetchers.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deadlines.close();
    }
}
