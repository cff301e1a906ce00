package dev.assay.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entity tags in conditions (RFC 9110, 8.8.3 and 13.1). A tag is written with its quotes, and {@code W/} when it is weak. */
public final class EntityTags {
    private static final String WEAK = "W/";

    private EntityTags() {}

    /**
     * Whether If-None-Match names the current representation, by weak comparison: then GET and HEAD are answered 304. A malformed
     * list names nothing.
     */
    public static boolean ifNoneMatch(Headers headers, String current) {
        for (String value : headers.all("If-None-Match")) {
            if (value.equals("*")
                    || parse(value).stream().anyMatch(tag -> opaque(tag).equals(opaque(current)))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the Range of the request holds for the current representation: it has no If-Range, or one with its strong tag. A date
     * never does: nothing here has a Last-Modified.
     */
    public static boolean ifRange(Headers headers, String current) {
        List<String> values = headers.all("If-Range");
        return values.isEmpty() || matchesIfRange(headers, current);
    }

    /** Whether there is an If-Range, and it names the current representation, by strong comparison. */
    public static boolean matchesIfRange(Headers headers, String current) {
        Optional<String> value = headers.first("If-Range");
        return value.isPresent()
                && headers.all("If-Range").size() == 1
                && !current.startsWith(WEAK)
                && value.get().equals(current);
    }

    /** The tags of a list, as written; none when it is malformed. */
    static List<String> parse(String value) {
        List<String> tags = new ArrayList<>();
        int at = skipSeparators(value, 0);
        while (at < value.length()) {
            int quote = value.startsWith(WEAK, at) ? at + WEAK.length() : at;
            int end = quote < value.length() && value.charAt(quote) == '"' ? value.indexOf('"', quote + 1) : -1;
            if (end < 0) {
                return List.of();
            }
            tags.add(value.substring(at, end + 1));
            int next = skipSeparators(value, end + 1);
            if (next < value.length() && value.substring(end + 1, next).indexOf(',') < 0) {
                return List.of();
            }
            at = next;
        }
        return tags;
    }

    private static int skipSeparators(String value, int from) {
        int at = from;
        while (at < value.length() && (value.charAt(at) == ',' || HttpChars.isBlank(value.charAt(at)))) {
            at++;
        }
        return at;
    }

    private static String opaque(String tag) {
        return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
    }
}
