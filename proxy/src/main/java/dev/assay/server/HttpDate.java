package dev.assay.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The date of HTTP (RFC 9110, 5.6.7). Thread-safe. */
public final class HttpDate {
    private static final DateTimeFormatter IMF = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private volatile Formatted cached = new Formatted(0, format(Instant.EPOCH));

    /** IMF-fixdate, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String format(Instant instant) {
        return IMF.format(instant);
    }

    /** The same, formatted once a second for all that ask. */
    String cached(Instant now) {
        Formatted current = cached;
        if (current.second != now.getEpochSecond()) {
            current = new Formatted(now.getEpochSecond(), format(now));
            cached = current;
        }
        return current.text;
    }

    private record Formatted(long second, String text) {}
}
