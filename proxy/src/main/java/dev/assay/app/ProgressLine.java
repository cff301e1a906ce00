package dev.assay.app;

import dev.assay.author.Progress;
import java.io.PrintWriter;
import java.time.Duration;

/** Tells a person who waits, every two seconds, how far long work is; quick work stays silent. */
final class ProgressLine implements Progress {
    private static final long EVERY_NANOS = Duration.ofSeconds(2).toNanos();

    private final PrintWriter err;
    private long next = System.nanoTime() + EVERY_NANOS;

    ProgressLine(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void at(String what, int done, int total) {
        long now = System.nanoTime();
        if (now - next >= 0) {
            next = now + EVERY_NANOS;
            err.printf("  %s: %,d of %,d%n", what, done, total);
            err.flush();
        }
    }
}
