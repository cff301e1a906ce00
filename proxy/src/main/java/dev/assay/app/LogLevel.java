package dev.assay.app;

import java.util.logging.Level;

/** The least level that is written. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG;

    /** The same level in the words of the logging back end. */
    Level level() {
        return switch (this) {
            case ERROR -> Level.SEVERE;
            case WARN -> Level.WARNING;
            case INFO -> Level.INFO;
            case DEBUG -> Level.FINE;
        };
    }
}
