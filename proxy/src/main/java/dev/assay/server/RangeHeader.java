package dev.assay.server;

import java.util.List;
import java.util.Optional;

/**
 * The Range field of a request (RFC 9110, 14.1 and 14.2), where it asks for one range of bytes. A field that is malformed, has
 * another unit, or asks for several ranges is as if it were not there: the RFC lets a server ignore any Range, and the one answer
 * that no client mistakes for another is then the whole.
 *
 * @param first first byte; -1 for a suffix range
 * @param last last byte, as asked, or -1 in an open-ended range; the number of bytes in a suffix range
 */
public record RangeHeader(long first, long last) {
    private static final String UNIT = "bytes=";
    private static final int MOST_DIGITS = 18;

    /** What the range comes to against the length of a representation. */
    public sealed interface Resolved permits Satisfiable, Unsatisfiable {}

    /** Bytes {@code first} to {@code last}, both included, both within the representation: 206. */
    public record Satisfiable(long first, long last) implements Resolved {
        public long length() {
            return last - first + 1;
        }

        /** The Content-Range of a 206. */
        public String contentRange(long representation) {
            return "bytes " + first + "-" + last + "/" + representation;
        }
    }

    /** No byte of the range exists: 416. */
    public record Unsatisfiable() implements Resolved {
        /** The Content-Range of a 416. */
        public String contentRange(long representation) {
            return "bytes */" + representation;
        }
    }

    /** The range that a request asks for; empty when it asks for none, or is to be answered as if it did. */
    public static Optional<RangeHeader> of(Headers headers) {
        List<String> values = headers.all("Range");
        return values.size() == 1 ? parse(values.get(0)) : Optional.empty();
    }

    /** Parses the value of one field. */
    public static Optional<RangeHeader> parse(String value) {
        if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
            return Optional.empty();
        }
        String range = value.substring(UNIT.length()).strip();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return Optional.empty();
        }
        long first = number(range.substring(0, dash));
        long last = number(range.substring(dash + 1));
        boolean well = dash == 0 ? last >= 0 : first >= 0 && (dash == range.length() - 1 || last >= first);
        return well ? Optional.of(new RangeHeader(first, last)) : Optional.empty();
    }

    /** Whether it asks for the last bytes, however many there are. */
    public boolean isSuffix() {
        return first < 0;
    }

    /** Whether it asks for everything from a byte on: what a client sends that resumes. */
    public boolean isOpenEnded() {
        return last < 0;
    }

    /** The bytes it means in a representation of that length. */
    public Resolved resolve(long length) {
        if (isSuffix()) {
            return last == 0 || length == 0
                    ? new Unsatisfiable()
                    : new Satisfiable(Math.max(0, length - last), length - 1);
        }
        if (first >= length) {
            return new Unsatisfiable();
        }
        return new Satisfiable(first, isOpenEnded() ? length - 1 : Math.min(last, length - 1));
    }

    /** -1 for what is no number; a number too long for any file is as good as the greatest. */
    private static long number(String digits) {
        if (!HttpChars.isDigits(digits)) {
            return -1;
        }
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > MOST_DIGITS ? Long.MAX_VALUE : Long.parseLong(significant);
    }
}
