package dev.assay.upstream;

import java.time.Duration;

/** The end of one transfer, on the monotonic clock. */
final class Deadline {
    private final Duration total;
    private final long endNanos;

    private Deadline(Duration total) {
        this.total = total;
        this.endNanos = System.nanoTime() + total.toNanos();
    }

    static Deadline after(Duration total) {
        return new Deadline(total);
    }

    /** What was given at first, for messages. */
    Duration total() {
        return total;
    }

    /** Zero or negative once it has passed. */
    Duration remaining() {
        return Duration.ofNanos(endNanos - System.nanoTime());
    }
}
