package dev.assay.upstream;

import dev.assay.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The head of a 200 or 206, strictly read: one that is open to two readings is refused rather than guessed at (RFC 9112, 6.3).
 *
 * @param contentLength empty for a chunked body, or one that ends with the connection
 * @param partial whether the body is the rest that was asked for, and not the whole
 */
record ResponseHead(OptionalLong contentLength, Coding coding, boolean partial) {
    private static final Pattern RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    /** The content codings that are understood. */
    enum Coding {
        NONE,
        GZIP
    }

    static final ResponseHead NO_BODY = new ResponseHead(OptionalLong.of(0), Coding.NONE, false);

    /**
     * Checks status, framing and coding of a response that is no redirect.
     *
     * @param from what was asked for: 0 for the whole, else all from there on, which a server may ignore (RFC 9110, 14.2)
     */
    static ResponseHead of(Response response, long from) throws UpstreamException {
        String where = AllowedHosts.where(response.request().url());
        Headers headers = response.headers();
        boolean partial = from > 0 && response.code() == 206;
        if (response.code() != 200 && !partial) {
            throw UpstreamException.ofStatus(response.code(), where, retryAfter(headers));
        }
        if (partial) {
            requireRange(headers, from, where);
        }
        return new ResponseHead(contentLength(headers, where), coding(headers, where), partial);
    }

    /** The range must be exactly the rest; how long that is, its own length says. */
    private static void requireRange(Headers headers, long from, String where) throws UpstreamException {
        List<String> ranges = headers.values("Content-Range");
        Matcher range = RANGE.matcher(ranges.isEmpty() ? "" : ranges.get(0));
        if (ranges.size() != 1
                || !range.matches()
                || Long.parseLong(range.group(1)) != from
                || Long.parseLong(range.group(2)) != Long.parseLong(range.group(3)) - 1) {
            throw protocol(where, "Content-Range", ranges, "bytes " + from + "- to the end");
        }
    }

    private static OptionalLong contentLength(Headers headers, String where) throws UpstreamException {
        List<String> lengths = headers.values("Content-Length");
        List<String> transfer = headers.values("Transfer-Encoding");
        if (!transfer.isEmpty()) {
            if (!lengths.isEmpty() || transfer.size() > 1 || !transfer.get(0).equalsIgnoreCase("chunked")) {
                throw protocol(where, "Transfer-Encoding", transfer, "chunked alone, without Content-Length");
            }
            return OptionalLong.empty();
        }
        if (lengths.isEmpty()) {
            return OptionalLong.empty();
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]{1,18}")) {
            throw protocol(where, "Content-Length", lengths, "one decimal number");
        }
        return OptionalLong.of(Long.parseLong(lengths.get(0)));
    }

    private static Coding coding(Headers headers, String where) throws UpstreamException {
        List<String> codings = headers.values("Content-Encoding");
        return switch (String.join(",", codings).toLowerCase(Locale.ROOT)) {
            case "", "identity" -> Coding.NONE;
            case "gzip", "x-gzip" -> Coding.GZIP;
            default -> throw protocol(where, "Content-Encoding", codings, "gzip or none");
        };
    }

    /** Seconds, or a date, which is read against the response's own Date so that no clock of ours is involved. */
    private static Optional<Duration> retryAfter(Headers headers) {
        @Nullable String value = headers.get("Retry-After");
        if (value != null && value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        @Nullable Instant until = headers.getInstant("Retry-After");
        @Nullable Instant now = headers.getInstant("Date");
        if (until == null || now == null || until.isBefore(now)) {
            return Optional.empty();
        }
        return Optional.of(Duration.between(now, until));
    }

    private static UpstreamException protocol(String where, String header, List<String> found, String expected) {
        return new UpstreamException(
                Kind.PROTOCOL,
                where + ": " + header + " " + Printable.of(String.join(", ", found)) + " (expected: " + expected + ")");
    }
}
