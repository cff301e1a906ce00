package dev.assay.upstream;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Spreads what one place sends over time, so that all its transfers together keep to a rate. Thread-safe. */
final class Throttle {
    /** The most that is booked at once, so that whoever closes a transfer never waits long for its reader. */
    private static final double PORTION_SECONDS = 0.25;

    private final long bytesPerSecond;
    private long freeAtNanos = System.nanoTime();

    /**
     * All transfers together.
     *
     * @param bytesPerSecond 0 for no limit
     */
    Throttle(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** How much may be read at once: what the rate allows in a quarter of a second. */
    int portion(int wanted) {
        double most = bytesPerSecond * PORTION_SECONDS;
        return bytesPerSecond == 0 || wanted <= most ? wanted : Math.max(1, (int) most);
    }

    /** Waits until so many bytes were due. */
    void passed(int bytes) {
        Duration wait = Duration.ofNanos(reserve(bytes, System.nanoTime()));
        long end = System.nanoTime() + wait.toNanos();
        for (long left = wait.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    /** Books the bytes, and tells how long to wait for their sake, in nanoseconds. */
    synchronized long reserve(int bytes, long nowNanos) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        if (freeAtNanos - nowNanos < 0) {
            freeAtNanos = nowNanos;
        }
        freeAtNanos += (long) (bytes * 1e9 / bytesPerSecond);
        return freeAtNanos - nowNanos;
    }
}
