package dev.assay.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Logging to standard error, one line an event; whatever came from outside is escaped here, once for all. */
public final class LogSetup {
    /** Held here, because the JDK forgets a logger, and with it its level, when nobody else does. */
    private static final List<Logger> LEVELLED = new ArrayList<>();

    private LogSetup() {}

    static void install() {
        System.setProperty("java.util.logging.manager", ToTheEnd.class.getName());
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        ConsoleHandler console = new ConsoleHandler();
        console.setFormatter(new Line());
        console.setLevel(Level.ALL);
        root.addHandler(console);
        level(Level.INFO);
    }

    /** The least level that is written, of our own loggers; libraries stay at WARN. */
    static void level(Level level) {
        set("", Level.WARNING.intValue() > level.intValue() ? Level.WARNING : level);
        set("dev.assay", level);
    }

    private static synchronized void set(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        LEVELLED.add(logger);
    }

    /** The JDK's own manager closes every handler as the process begins to end: then nobody hears how the drain went. */
    public static final class ToTheEnd extends LogManager {
        @Override
        public void reset() {}
    }

    static final class Line extends Formatter {
        @Override
        public String format(LogRecord record) {
            StringBuilder line = new StringBuilder(160)
                    .append(DateTimeFormatter.ISO_INSTANT.format(record.getInstant()))
                    .append(' ')
                    .append(name(record.getLevel()))
                    .append(' ');
            escape(formatMessage(record), line);
            line.append(System.lineSeparator());
            if (record.getThrown() != null) {
                StringWriter trace = new StringWriter();
                record.getThrown().printStackTrace(new PrintWriter(trace));
                trace.toString().lines().forEach(text -> {
                    line.append("    ");
                    escape(text, line);
                    line.append(System.lineSeparator());
                });
            }
            return line.toString();
        }

        private static String name(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "ERROR";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "WARN";
            }
            return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
        }

        /** Control characters, line separators and direction overrides as their escapes; other text as it is. */
        static void escape(String text, StringBuilder out) {
            text.codePoints().forEach(c -> {
                int type = Character.getType(c);
                boolean unsafe = Character.isISOControl(c)
                        || type == Character.FORMAT
                        || type == Character.LINE_SEPARATOR
                        || type == Character.PARAGRAPH_SEPARATOR
                        || type == Character.SURROGATE;
                if (unsafe && c != '\t') {
                    out.append(String.format("\\u%04x", c));
                } else {
                    out.appendCodePoint(c);
                }
            });
        }
    }
}
