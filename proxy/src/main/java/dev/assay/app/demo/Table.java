package dev.assay.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Lays rows out in columns that together are {@value #WIDTH} characters wide. */
final class Table {
    static final int WIDTH = 118;
    private static final int[] COLUMNS = {22, 38, 41, 9};
    private static final List<String> TITLES = List.of("attack", "what the mirror did", "what pip saw", "verdict");

    private static final int MAX_LINES = 4;

    /** The path or name of a file fills a cell and tells a reader nothing new. */
    private static final Pattern PATH = Pattern.compile(
            "(?:127\\.0\\.0\\.1:\\d+/)?(?:packages/[^\\s:]*|[^\\s:]+\\.(?:whl|tar\\.gz)(?:\\.metadata)?)(?:: )?");

    private static final Pattern TRAILER = Pattern.compile("[: ]+$");

    private final Terminal terminal;

    Table(Terminal terminal) {
        this.terminal = terminal;
    }

    void printHeader() {
        terminal.line(terminal.bold("  " + laidOut(TITLES)));
        terminal.line(terminal.faint((terminal.unicode() ? "─" : "-").repeat(WIDTH)));
    }

    void print(Scene.Row row) {
        boolean good = row.isAsItMustBe();
        String verdict = row.sight().outcome().word();
        String shown = good ? terminal.green(verdict) : terminal.red(verdict);
        List<List<String>> cells = List.of(
                wrapped(row.scene().attack(), COLUMNS[0]),
                wrapped(row.scene().deed(), COLUMNS[1]),
                wrapped(row.sight().saw(), COLUMNS[2]));
        int lines = cells.stream().mapToInt(List::size).max().orElse(1);
        for (int i = 0; i < lines; i++) {
            int line = i;
            List<String> part =
                    cells.stream().map(c -> line < c.size() ? c.get(line) : "").toList();
            terminal.line(
                    i == 0 ? mark(good) + " " + laidOut(part) + "  " + shown : ("  " + laidOut(part)).stripTrailing());
        }
        if (!good) {
            String expected = row.scene().expected().word()
                    + (row.scene().reason().isEmpty()
                            ? ""
                            : ", saying \"" + row.scene().reason() + "\"");
            terminal.line(terminal.red("    expected: " + expected + "; pip saw: "
                    + printable(row.sight().saw())));
        }
    }

    private String mark(boolean good) {
        if (terminal.unicode()) {
            return good ? terminal.green("✓") : terminal.red("✗");
        }
        return good ? "+" : "!";
    }

    /** Cells side by side, each no wider than its column. */
    private static String laidOut(List<String> cells) {
        List<String> laid = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            laid.add(cells.get(i) + " ".repeat(COLUMNS[i] - cells.get(i).length()));
        }
        return String.join("  ", laid);
    }

    /** The text in at most {@value #MAX_LINES} lines of the column's width, broken at spaces where that is possible. */
    private List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        String indent = text.startsWith("  ") ? "  " : "";
        String rest = withoutPath(printable(text));
        while (lines.size() < MAX_LINES && !rest.isEmpty()) {
            int room = width - indent.length();
            boolean last = lines.size() == MAX_LINES - 1;
            int end = rest.length() <= room
                    ? rest.length()
                    : last ? room - ellipsis().length() : breakAt(rest, room);
            String line = rest.substring(0, end).stripTrailing();
            rest = rest.substring(end).stripLeading();
            lines.add(indent + line + (last && !rest.isEmpty() ? ellipsis() : ""));
        }
        return lines;
    }

    private static String withoutPath(String text) {
        return TRAILER.matcher(PATH.matcher(text).replaceAll("")).replaceAll("").strip();
    }

    private static int breakAt(String text, int room) {
        int space = text.lastIndexOf(' ', room);
        return space > room / 2 ? space : room;
    }

    private String ellipsis() {
        return terminal.unicode() ? "…" : "...";
    }

    /** What pip printed may come from a mirror in the end: no control characters reach the terminal. */
    private String printable(String text) {
        String safe = text.replaceAll("[\\p{Cc}\\p{Cf}]+", " ");
        return terminal.unicode() ? safe : safe.replaceAll("[^ -~]", "?");
    }
}
