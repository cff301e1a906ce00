package dev.assay.author.follow;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Spaces out requests, over all threads; whoever is told to wait makes everybody wait. Thread-safe. */
final class Turn {
    private final long gapNanos;
    private long next = System.nanoTime();

    Turn(int perSecond) {
        gapNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    /** Returns when it is the caller's turn. */
    void await() throws InterruptedException {
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            wait = Math.max(0, next - now);
            next = Math.max(next, now) + gapNanos;
        }
        TimeUnit.NANOSECONDS.sleep(wait);
    }

    /** Nobody's turn comes before this has passed. */
    synchronized void pause(Duration pause) {
        next = Math.max(next, System.nanoTime() + pause.toNanos());
    }
}
