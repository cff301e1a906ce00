package dev.assay.app;

import java.util.Locale;
import java.util.Optional;

/**
 * One key of the configuration: declared here once, and read, documented and overridden by this declaration.
 *
 * @param path section and name, separated by dots: {@code server.idle-timeout}
 * @param presence whether it may be left out
 * @param defaultValue what holds when it is left out
 * @param reason one line for the documented file: what it is, and why one would change it
 */
record Key<T>(String path, ValueType<T> type, Presence presence, Optional<T> defaultValue, String reason) {
    /** Whether a key may be left out. */
    enum Presence {
        /** It must be set: there is no sensible default. */
        REQUIRED,
        /** When it is left out, something else takes its place, as the reason says. */
        OPTIONAL,
        /** It has a default. */
        DEFAULTED
    }

    static <T> Key<T> required(String path, ValueType<T> type, String reason) {
        return new Key<>(path, type, Presence.REQUIRED, Optional.empty(), reason);
    }

    static <T> Key<T> optional(String path, ValueType<T> type, String reason) {
        return new Key<>(path, type, Presence.OPTIONAL, Optional.empty(), reason);
    }

    static <T> Key<T> defaulted(String path, ValueType<T> type, T value, String reason) {
        return new Key<>(path, type, Presence.DEFAULTED, Optional.of(value), reason);
    }

    /** The default as one would write it; empty text when there is none. */
    String defaultText() {
        return defaultValue.map(type.format()).orElse("");
    }

    /** The environment variable that overrides it: {@code ASSAY_SERVER_IDLE_TIMEOUT}. */
    String variable() {
        return variable(path);
    }

    static String variable(String path) {
        return "ASSAY_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
