package dev.assay.app.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static final String LONG = "a text that is much longer than any column of the table can ever hold, by far";

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @Test
    void noLineIsWiderThanTheTable() {
        Table table = new Table(terminal(false, true));

        table.printHeader();
        table.print(row(Outcome.REFUSED, Outcome.REFUSED, LONG));

        assertThat(lines())
                .hasSizeGreaterThan(2)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Table.WIDTH));
    }

    @Test
    void aTextThatFitsIntoSomeLinesIsShownWhole() {
        new Table(terminal(false, true)).print(row(Outcome.REFUSED, Outcome.REFUSED, "a " + "word ".repeat(20)));

        assertThat(shown.toString(UTF_8).split("word", -1)).hasSize(21);
    }

    @Test
    void aRowThatIsNotAsItMustBeShowsAllThatPipSaw() {
        new Table(terminal(false, true)).print(row(Outcome.REFUSED, Outcome.FOOLED, LONG));

        assertThat(lines()).last().asString().contains("expected: refused", LONG);
    }

    @Test
    void controlCharactersOfAMirrorDoNotReachTheTerminal() {
        new Table(terminal(false, true)).print(row(Outcome.REFUSED, Outcome.REFUSED, "\033[2Jgone\u009b"));

        assertThat(shown.toString(UTF_8)).doesNotContain("\033", "\u009b").contains("[2Jgone");
    }

    @Test
    void theLongPathOfAFileDoesNotFillTheCell() {
        String saw = "504 Too slow: packages/0d/38/" + "6".repeat(60) + "/a-1.0-py3-none-any.whl: m: no byte came";

        new Table(terminal(false, true)).print(row(Outcome.REFUSED, Outcome.REFUSED, saw));

        assertThat(shown.toString(UTF_8))
                .contains("504 Too slow: m: no byte came")
                .doesNotContain("666");
    }

    @Test
    void onlyAsciiIsPrintedWhereATerminalHasNoMore() {
        Table table = new Table(terminal(false, false));

        table.printHeader();
        table.print(row(Outcome.REFUSED, Outcome.REFUSED, "größer " + LONG));

        assertThat(shown.toString(UTF_8)).matches("[\\n -~]*");
    }

    @Test
    void coloursAreUsedOnATerminalOnly() {
        new Table(terminal(true, true)).print(row(Outcome.INSTALLED, Outcome.INSTALLED, "Successfully installed"));
        String coloured = shown.toString(UTF_8);
        shown.reset();
        new Table(terminal(false, true)).print(row(Outcome.INSTALLED, Outcome.INSTALLED, "Successfully installed"));

        assertThat(coloured).contains("\033[32m");
        assertThat(shown.toString(UTF_8)).doesNotContain("\033");
    }

    private List<String> lines() {
        return shown.toString(UTF_8).lines().toList();
    }

    private Terminal terminal(boolean colour, boolean unicode) {
        return new Terminal(new PrintStream(shown, true, UTF_8), colour, unicode);
    }

    private static Scene.Row row(Outcome expected, Outcome outcome, String saw) {
        Scene.Sight sight = new Scene.Sight(outcome, saw);
        return new Scene.Row(new Scene(LONG, LONG, expected, "", () -> sight), sight);
    }
}
