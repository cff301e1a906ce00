package dev.assay.app;

import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.gate.LocalFileCheck.Result;
import dev.assay.gate.LocalFileCheck.Verdict;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code assay verify} prints: a line for each file and a summary, for people or, as one JSON object a line, for programs.
 * Names and reasons may hold anything, so they are escaped.
 */
final class VerifyReport {
    private final PrintWriter out;
    private final boolean json;
    private final Map<Result, Integer> counts = new EnumMap<>(Result.class);
    private int ignored;

    VerifyReport(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
        for (Result result : Result.values()) {
            counts.put(result, 0);
        }
    }

    /** Whether {@link #checked} would print a line. */
    boolean prints(Verdict verdict, boolean quietWhenSame) {
        return verdict.result() != Result.EARLIER && (json || !quietWhenSame || verdict.result() != Result.SAME);
    }

    /** Counts a verdict and prints it; for people not when it is SAME and {@code quietWhenSame}. */
    void checked(Path file, Verdict verdict, boolean quietWhenSame) {
        counts.merge(verdict.result(), 1, Integer::sum);
        if (!prints(verdict, quietWhenSame)) {
            return;
        }
        if (json) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            members.put("file", new JsonString(file.toString()));
            members.put("result", new JsonString(key(verdict.result())));
            members.put(verdict.result() == Result.SAME ? "signed-path" : "reason", new JsonString(verdict.detail()));
            println(members);
        } else {
            StringBuilder line =
                    new StringBuilder(String.format("%-11s  ", verdict.result().label()));
            LogSetup.Line.escape(file.toString(), line);
            if (verdict.result() != Result.SAME) {
                LogSetup.Line.escape(": " + verdict.detail(), line);
            }
            out.println(line);
        }
    }

    /** Other files that a tree has. */
    void ignored(int files) {
        ignored += files;
    }

    /** How many files were held against signed metadata, with whatever result. */
    int files() {
        return counts.values().stream().mapToInt(Integer::intValue).sum() - count(Result.EARLIER);
    }

    /** How many of them are anything but signed and the same. */
    int problems() {
        return files() - count(Result.SAME);
    }

    /** The last line. */
    void summary() {
        int aside = ignored + count(Result.EARLIER);
        if (json) {
            Map<String, JsonValue> numbers = new LinkedHashMap<>();
            for (Result result : Result.values()) {
                if (result != Result.EARLIER) {
                    numbers.put(key(result), JsonInteger.of(count(result)));
                }
            }
            numbers.put("ignored", JsonInteger.of(aside));
            println(Map.of("summary", new JsonObject(numbers)));
        } else {
            out.printf(
                    "%,d same, %,d different, %,d not signed, %,d not checked, %,d ignored%n",
                    count(Result.SAME),
                    count(Result.DIFFERENT),
                    count(Result.NOT_SIGNED),
                    count(Result.UNCHECKED),
                    aside);
        }
        out.flush();
    }

    private int count(Result result) {
        return counts.getOrDefault(result, 0);
    }

    private static String key(Result result) {
        return result.label().replace(' ', '-');
    }

    /** In ASCII, so that no locale of the terminal can spoil it. */
    private void println(Map<String, JsonValue> members) {
        String text = new String(JsonWriter.write(new JsonObject(members)), StandardCharsets.UTF_8);
        StringBuilder line = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c < 0x7f) {
                line.append((char) c);
            } else {
                line.append(String.format("\\u%04x", c));
            }
        });
        out.println(line);
    }
}
