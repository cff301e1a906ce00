package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one mirror has been like lately: how long a file from it will take, and whether it is to be left alone. Measured values
 * fade: after some minutes a mirror is thought of as one that nobody knows. Thread-safe; time is handed in.
 *
 * <p>After a failure it rests, twice as long after each further one. The first that asks after the rest is the trial: asking
 * begins the next rest, so that nobody else asks until the trial has succeeded. Where no other mirror is left, one at rest may be
 * tried sooner ({@link #isLastResort}), but not while it asks to be left alone ({@code Retry-After}).
 */
public final class Health {
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);
    /** Its own claim, so it is believed only so far. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(5);

    private static final double HALF_LIFE_SECONDS = 300;
    private static final double WEIGHT_OF_NEW = 0.3;
    private static final double UNKNOWN_LATENCY_SECONDS = 0.2;
    private static final double UNKNOWN_BYTES_PER_SECOND = 4 << 20;
    /** Below this a body says more about latency than about throughput. */
    private static final long LEAST_TO_MEASURE = 64 << 10;

    private double latencySeconds = UNKNOWN_LATENCY_SECONDS;
    private double bytesPerSecond = UNKNOWN_BYTES_PER_SECOND;
    private double failing;
    private Instant measured = Instant.EPOCH;
    private boolean latencyKnown;
    private boolean rateKnown;
    private int failures;
    private Instant asked = Instant.EPOCH;
    private Instant restsUntil = Instant.EPOCH;
    private Instant leftAloneUntil = Instant.EPOCH;
    private String trouble = "";

    /**
     * What is known of a mirror.
     *
     * @param measured whether its pace was measured, and is not what is thought of one that nobody knows
     */
    public record Figures(
            double latencySeconds, double bytesPerSecond, boolean measured, double failing, boolean resting) {}

    /** It is being asked now; while it is failing, this is the trial, and nobody else asks until the next rest is over. */
    synchronized void asked(Instant now) {
        asked = now;
        restsUntil = failures == 0 ? Instant.EPOCH : now.plus(rest());
    }

    /** It began to answer: with a file, or with the news that it has none. */
    synchronized void answered(Duration took, Instant now) {
        fade(now);
        double seconds = took.toNanos() / 1e9;
        latencySeconds = latencyKnown ? mixed(latencySeconds, seconds) : seconds;
        latencyKnown = true;
    }

    /** The answer was complete, so the trial, if it was one, has succeeded. */
    synchronized void succeeded(Instant now) {
        fade(now);
        failing = mixed(failing, 0);
        failures = 0;
        restsUntil = Instant.EPOCH;
        leftAloneUntil = Instant.EPOCH;
    }

    /** So many bytes of a body took so long. */
    synchronized void received(long bytes, Duration waited, Instant now) {
        if (bytes < LEAST_TO_MEASURE) {
            return;
        }
        fade(now);
        double rate = bytes / Math.max(waited.toNanos() / 1e9, 1e-3);
        bytesPerSecond = rateKnown ? mixed(bytesPerSecond, rate) : rate;
        rateKnown = true;
    }

    /** It failed. That it lacks a file is lag, and what it may not give is no outage: neither makes it rest. */
    synchronized void failed(UpstreamException failure, Instant now) {
        trouble = String.valueOf(failure.getMessage());
        int status = failure.status().orElse(0);
        if (failure.kind() == Kind.NOT_FOUND) {
            return;
        }
        fade(now);
        failing = mixed(failing, 1);
        if (status == 401 || status == 403) {
            return;
        }
        failures++;
        restsUntil = now.plus(rest());
        Optional<Duration> wish = failure.retryAfter();
        if (wish.isPresent()) {
            Duration most = wish.get().compareTo(LONGEST_RETRY_AFTER) < 0 ? wish.get() : LONGEST_RETRY_AFTER;
            leftAloneUntil = now.plus(most);
        }
    }

    /** Whether it may be asked like any other. */
    synchronized boolean isReady(Instant now) {
        return !now.isBefore(restsUntil) && !now.isBefore(leftAloneUntil);
    }

    /** Whether it may be asked where nobody else is left, though it rests. */
    synchronized boolean isLastResort(Instant now) {
        boolean justAsked = failures > 1 && now.isBefore(asked.plus(FIRST_REST));
        return !justAsked && !now.isBefore(leftAloneUntil);
    }

    /** How long so many bytes will take, failures reckoned in. */
    synchronized double expectedSeconds(long bytes, Instant now) {
        double share = share(now);
        double latency = faded(latencySeconds, UNKNOWN_LATENCY_SECONDS, share);
        double rate = faded(bytesPerSecond, UNKNOWN_BYTES_PER_SECOND, share);
        return (latency + bytes / rate) / Math.max(0.05, 1 - failing * share);
    }

    synchronized Figures figures(Instant now) {
        double share = share(now);
        return new Figures(
                faded(latencySeconds, UNKNOWN_LATENCY_SECONDS, share),
                faded(bytesPerSecond, UNKNOWN_BYTES_PER_SECOND, share),
                rateKnown,
                failing * share,
                !isReady(now));
    }

    /** Why it failed last; empty when it never did. */
    synchronized String trouble() {
        return trouble;
    }

    private Duration rest() {
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures - 1, 16));
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }

    private void fade(Instant now) {
        double share = share(now);
        latencySeconds = faded(latencySeconds, UNKNOWN_LATENCY_SECONDS, share);
        bytesPerSecond = faded(bytesPerSecond, UNKNOWN_BYTES_PER_SECOND, share);
        failing *= share;
        measured = now;
    }

    /** How much of what was measured still counts. */
    private double share(Instant now) {
        double age = Math.max(0, Duration.between(measured, now).toMillis() / 1e3);
        return Math.pow(0.5, age / HALF_LIFE_SECONDS);
    }

    private static double faded(double measured, double unknown, double share) {
        return unknown + (measured - unknown) * share;
    }

    private static double mixed(double old, double fresh) {
        return old + (fresh - old) * WEIGHT_OF_NEW;
    }
}
