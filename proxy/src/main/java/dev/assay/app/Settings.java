package dev.assay.app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Values as they were found, by path, each with its origin. First every key is checked, then values are taken. */
final class Settings {
    /**
     * One value as text.
     *
     * @param origin for messages: {@code config/assay.yaml:12}, the name of a variable, or an option
     */
    record Found(String origin, String text) {}

    /** What stands before the host of a URL. */
    private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]*@");

    private final Map<String, Found> values = new HashMap<>();

    /** Sets, or overrides what was set before. */
    void put(String path, Found found) {
        values.put(path, found);
    }

    /**
     * Adds a problem when the key's value is wrong, or missing though required.
     *
     * @param origin to name when there is no value that could be named
     */
    void check(Key<?> key, String origin, List<String> problems) {
        Found found = values.get(key.path());
        if (found != null && key.type().parse().apply(found.text()).isEmpty()) {
            problems.add(found.origin() + ": " + key.path() + ": " + shown(found.text()) + " (expected: "
                    + key.type().expected() + ")");
        }
        if (key.presence() == Key.Presence.REQUIRED) {
            require(key, origin, problems);
        }
    }

    /** Adds a problem when the key has no value. */
    void require(Key<?> key, String origin, List<String> problems) {
        if (!isSet(key)) {
            problems.add(origin + ": " + key.path() + ": not set (expected: "
                    + key.type().expected() + ")");
        }
    }

    /** Whether there is a value other than the default. */
    boolean isSet(Key<?> key) {
        return values.containsKey(key.path());
    }

    /** The value or the default of a key that was checked. */
    <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException(key.path() + ": neither value nor default"));
    }

    /** The same for a key that may have neither. */
    <T> Optional<T> find(Key<T> key) {
        Found found = values.get(key.path());
        return found == null ? key.defaultValue() : key.type().parse().apply(found.text());
    }

    /** A value as a message shows it: on one line, not long, and without the password of a URL. */
    static String shown(String text) {
        StringBuilder out = new StringBuilder("\"");
        CREDENTIALS.matcher(text).replaceFirst("//...@").codePoints().limit(100).forEach(c -> {
            if (Character.isISOControl(c)) {
                out.append(String.format("\\u%04x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.append(text.codePointCount(0, text.length()) > 100 ? "...\"" : "\"")
                .toString();
    }
}
