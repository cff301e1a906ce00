package dev.assay.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Headers that one upstream wants to see. They may be secrets, so values are never shown. */
public final class ExtraHeaders {
    /** None. */
    public static final ExtraHeaders NONE = new ExtraHeaders(Map.of());

    /** What frames and routes a request, or decides what comes back: ours alone. */
    private static final Set<String> OURS = Set.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "te",
            "upgrade",
            "expect",
            "accept",
            "accept-encoding",
            "range",
            "if-range",
            "if-none-match",
            "cookie",
            "proxy-authorization",
            "authorization");

    private final Map<String, String> values;

    private ExtraHeaders(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads {@code Name: value} lines; empty ones and those that begin with {@code #} are skipped.
     *
     * @throws IOException when it can't be read or holds something else; the message names file and line, never a value
     */
    public static ExtraHeaders in(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}") || !value.matches("[ -~]{0,4096}")) {
                throw new IOException(file + ":" + number + ": no header (expected: Name: value, in printable ASCII)");
            }
            if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IOException(file + ":" + number + ": " + name
                        + " is not for configuring (expected: other headers; credentials have a file of their own)");
            }
            values.put(name, value);
        }
        return new ExtraHeaders(values);
    }

    Map<String, String> values() {
        return values;
    }

    @Override
    public String toString() {
        return "(" + values.size() + " headers)";
    }
}
