package dev.assay.store;

import dev.assay.store.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts who is inside the database, because native code that is called after close takes the whole JVM down. One word holds
 * the count, and {@link Long#MIN_VALUE} added to it says closed, so that entering after closing can't slip through.
 */
final class Leases {
    private final AtomicLong state = new AtomicLong();
    private final CountDownLatch drained = new CountDownLatch(1);

    /** Enters. Throws when closed; otherwise {@link #leave} must follow. */
    void enter() {
        long seen;
        do {
            seen = state.get();
            if (seen < 0) {
                throw new StoreException(Kind.IO, "the store is closed");
            }
        } while (!state.compareAndSet(seen, seen + 1));
    }

    void leave() {
        if (state.decrementAndGet() == Long.MIN_VALUE) {
            drained.countDown();
        }
    }

    /** Lets nobody in any more. True for the first caller only. */
    boolean close() {
        long seen;
        do {
            seen = state.get();
            if (seen < 0) {
                return false;
            }
        } while (!state.compareAndSet(seen, seen + Long.MIN_VALUE));
        if (seen == 0) {
            drained.countDown();
        }
        return true;
    }

    /** After {@link #close}: waits until everybody has left; false when somebody is still inside at the deadline. */
    boolean awaitDrained(Duration deadline) {
        boolean interrupted = false;
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (true) {
                try {
                    return drained.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
