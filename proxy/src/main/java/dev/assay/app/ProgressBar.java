package dev.assay.app;

import dev.assay.author.Progress;
import java.io.PrintWriter;
import java.time.Duration;

/** One line that a terminal redraws a few times a second. Not for anything but a terminal. */
final class ProgressBar implements Progress {
    private static final long EVERY_NANOS = Duration.ofMillis(200).toNanos();
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private long next = System.nanoTime() + EVERY_NANOS;
    private boolean drawn;

    ProgressBar(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void at(String what, int done, int total) {
        long now = System.nanoTime();
        if (now - next >= 0) {
            next = now + EVERY_NANOS;
            err.print("\r\033[K" + line(what, done, total));
            err.flush();
            drawn = true;
        }
    }

    /** {@code [########----------------------] 1,024 of 4,096 files checked}. */
    static String line(String what, int done, int total) {
        int filled = total == 0 ? WIDTH : (int) ((long) WIDTH * done / total);
        return String.format("[%s%s] %,d of %,d %s", "#".repeat(filled), "-".repeat(WIDTH - filled), done, total, what);
    }

    /** Takes the line back, so that something else can stand there; the next call draws it again. */
    void clear() {
        if (drawn) {
            err.print("\r\033[K");
            err.flush();
            drawn = false;
        }
    }
}
