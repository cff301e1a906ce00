package dev.assay.author.follow;

import java.time.Duration;

/**
 * How an index is asked: others use it too.
 *
 * @param connections questions under way at once
 * @param requestsPerSecond at most, over all connections
 * @param attempts for one page, the first included
 * @param backoff before the second attempt; doubled before each further one, and never shorter than the index asks for
 * @param serialPatience how long an older serial is taken for an edge of a CDN that lags
 * @param maxAge a cached answer older than this shows nothing of today
 */
public record Manners(
        int connections,
        int requestsPerSecond,
        int attempts,
        Duration backoff,
        Duration serialPatience,
        Duration maxAge) {
    public static final Manners DEFAULTS =
            new Manners(4, 50, 3, Duration.ofSeconds(2), Duration.ofHours(1), Duration.ofDays(1));

    public Manners {
        if (connections < 1 || requestsPerSecond < 1 || attempts < 1) {
            throw new IllegalArgumentException("manners: " + connections + " connections, " + requestsPerSecond
                    + " requests a second, " + attempts + " attempts (expected: each at least 1)");
        }
    }
}
