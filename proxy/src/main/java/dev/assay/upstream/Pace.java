package dev.assay.upstream;

import java.time.Duration;

/**
 * Whether a body keeps the minimum rate. Only time spent waiting for upstream counts, so that a slow reader on our side
 * is never held against it. Windows follow one another, so a body that falls below the rate is noticed within two of them.
 */
final class Pace {
    private final long minBytesPerSecond;
    private final long windowNanos;
    private long waitedNanos;
    private long bytes;

    Pace(long minBytesPerSecond, Duration window) {
        this.minBytesPerSecond = minBytesPerSecond;
        this.windowNanos = window.toNanos();
    }

    /**
     * Counts one read.
     *
     * @return false when the window that it completes was too slow
     */
    boolean keeps(long nanosWaited, long bytesRead) {
        waitedNanos += nanosWaited;
        bytes += bytesRead;
        if (waitedNanos < windowNanos) {
            return true;
        }
        boolean kept = bytes / (waitedNanos / 1e9) >= minBytesPerSecond;
        waitedNanos = 0;
        bytes = 0;
        return kept;
    }
}
