package dev.assay.gate;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The fetching workers: one thread for each upstream transfer, bounded, and the deadlines of those who wait for them. What takes the
 * processors, to hash and stage, is done by no more workers than there are of these, so that whoever asks for what is stored finds one. Pages and
 * metadata have workers of their own, those of each repository apart, so that neither slow files nor another repository that hangs ever
 * keep anybody from learning what is signed. When all are busy and the queue is full, more work is rejected.
 *
 * @param transfers for files
 * @param stagers for what comes in by these, in turns
 * @param lookups for pages and delegated roles
 */
public record FetchWorkers(
        ThreadPoolExecutor transfers, ThreadPoolExecutor stagers, ThreadPoolExecutor lookups, Deadlines deadlines)
        implements AutoCloseable {
    private static final int LOOKUPS = 8;
    /** How much work may wait for a worker, for each worker there is. */
    private static final int QUEUE_PER_WORKER = 16;

    /**
     * Starts none yet: threads come with the work and go when idle.
     *
     * @param transfers of files at once
     */
    public static FetchWorkers start(int transfers, Deadlines deadlines) {
        return new FetchWorkers(
                pool("assay-fetch-", transfers),
                pool("assay-stage-", Runtime.getRuntime().availableProcessors(), transfers),
                pool("assay-lookup-", LOOKUPS),
                deadlines);
    }

    /**
     * With workers of its own for pages and delegated roles: for one of several repositories, so that one that hangs keeps nobody from
     * what the others sign. {@link #closeLookups} ends them; the rest stays shared.
     */
    public FetchWorkers withOwnLookups(String repository) {
        return new FetchWorkers(transfers, stagers, pool("assay-lookup-" + repository + "-", LOOKUPS), deadlines);
    }

    /** A bounded pool of daemon threads, which come with the work and go when idle. */
    static ThreadPoolExecutor pool(String name, int size) {
        return pool(name, size, size * QUEUE_PER_WORKER);
    }

    private static ThreadPoolExecutor pool(String name, int size, int queue) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(size, size, 60, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), task -> {
                    Thread thread = new Thread(task, name + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Whether a transfer would begin at once. */
    boolean hasIdleTransfer() {
        return transfers.getActiveCount() < transfers.getMaximumPoolSize()
                && transfers.getQueue().isEmpty();
    }

    /** Begins a transfer that is only worth it at once; whether it does. */
    boolean transferAtOnce(Runnable transfer) {
        boolean idle = hasIdleTransfer();
        try {
            if (idle) {
                transfers.execute(transfer);
            }
            return idle;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Drops what waits for a worker, and gives what runs a few seconds: the closed upstream client has cut it. */
    @Override
    public void close() {
        stop(transfers);
        end(stagers); // what waits there is short, and a transfer waits for it
        closeLookups();
        deadlines.close();
    }

    /** As {@link #close}, for pages and delegated roles alone. */
    public void closeLookups() {
        stop(lookups);
    }

    private static void stop(ThreadPoolExecutor pool) {
        pool.getQueue().clear();
        end(pool);
    }

    private static void end(ThreadPoolExecutor pool) {
        pool.shutdown();
        try {
            var unused = pool.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
