package dev.assay.gate;

import dev.assay.upstream.Download;
import dev.assay.upstream.MirrorClient;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What one mirror gives to an attempt.
 *
 * @param from the first byte of the file that it gives
 * @param startedNanos when, by {@link System#nanoTime}
 */
record Source(MirrorClient mirror, Download body, long from, long startedNanos) {
    /** Begins now. */
    static Source of(MirrorClient mirror, Download body) {
        return new Source(mirror, body, body.offset(), System.nanoTime());
    }

    /** How long the whole file is, as this mirror says. */
    OptionalLong whole() {
        OptionalLong rest = body.contentLength();
        return rest.isEmpty() ? rest : OptionalLong.of(from + rest.getAsLong());
    }

    /** Bytes a second so far. */
    double pace(Attempt attempt) {
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        return Math.max(1, attempt.size() - from) / (took.toNanos() / 1e9);
    }

    /** How long the rest will take at the pace so far. */
    Duration projected(Attempt attempt) {
        return Duration.ofMillis((long) (1e3 * Math.min(1e9, attempt.missing() / pace(attempt))));
    }
}
