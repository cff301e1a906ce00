package dev.assay.simple;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Values of a file that are text in both forms of a page. */
final class FileFields {
    private static final int MAX_REQUIRES_PYTHON = 1024;
    private static final int MAX_YEAR = 9999;
    private static final int NANOS_OF_MICRO = 1000;

    private FileFields() {}

    /** A version specifier goes into logs, messages and one line of HTML: short, and without control characters. */
    static String requiresPython(String text) throws MalformedPageException {
        if (text.length() > MAX_REQUIRES_PYTHON || text.chars().anyMatch(Character::isISOControl)) {
            throw new MalformedPageException("requires-python: " + Excerpt.of(text) + " (expected: at most "
                    + MAX_REQUIRES_PYTHON + " characters, none of them a control character)");
        }
        return text;
    }

    /** PEP 700: ISO 8601 with the zone {@code Z}, at most microseconds; an offset of {@code +00:00} says the same. */
    static Instant uploadTime(String text) throws MalformedPageException {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            boolean inRange = time.getYear() >= 0 && time.getYear() <= MAX_YEAR;
            if (inRange && time.getOffset().equals(ZoneOffset.UTC) && time.getNano() % NANOS_OF_MICRO == 0) {
                return time.toInstant();
            }
        } catch (DateTimeException e) {
            // falls through to the message
        }
        throw new MalformedPageException(
                "upload-time: " + Excerpt.of(text) + " (expected: yyyy-mm-ddThh:mm:ss.ffffffZ)");
    }
}
