package dev.assay.app.demo;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Where the demonstration is shown, and what can be shown there.
 *
 * @param colour whether escape sequences are understood: a terminal, and {@code NO_COLOR} is not set
 * @param unicode whether more than ASCII can be printed
 */
public record Terminal(PrintStream out, boolean colour, boolean unicode) {
    /** Standard output of this process. */
    static Terminal ofProcess(Map<String, String> environment) {
        Charset charset = outputCharset();
        boolean unicode = charset.newEncoder().canEncode('✓');
        boolean colour = isInteractive()
                && !environment.containsKey("NO_COLOR")
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset), colour, unicode);
    }

    String green(String text) {
        return painted("32", text);
    }

    String red(String text) {
        return painted("1;31", text);
    }

    String faint(String text) {
        return painted("2", text);
    }

    String bold(String text) {
        return painted("1", text);
    }

    /** Shows what is under way on the last line, where a terminal can take it back; nowhere otherwise. */
    void progress(String text) {
        if (colour) {
            out.print("\r\033[K" + faint(text));
            out.flush();
        }
    }

    /** Prints a whole line in the place of the progress. */
    void line(String text) {
        out.println((colour ? "\r\033[K" : "") + text);
    }

    private String painted(String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    private static Charset outputCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding", "US-ASCII"));
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
    }

    /**
     * Whether a person looks on. From Java 22 on there is a console without a terminal too; only {@code isTerminal}, new there,
     * tells.
     */
    public static boolean isInteractive() {
        Optional<Console> console = Optional.ofNullable(System.console());
        try {
            return console.isPresent()
                    && (boolean) Console.class.getMethod("isTerminal").invoke(console.get());
        } catch (NoSuchMethodException e) {
            return console.isPresent();
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
