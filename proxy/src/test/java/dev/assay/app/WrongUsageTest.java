package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WrongUsageTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        return Main.commandLine(InstantSource.system())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "--hlp, assay: unknown option --hlp (did you mean --help?)",
        "serv, assay: unknown command serv (did you mean serve?)",
        "demo --onc, assay demo: unknown option --onc (did you mean --once?)",
        "serve --confg x, assay serve: unknown option --confg (did you mean --config?)",
        "serve --confg=x, assay serve: unknown option --confg (did you mean --config?)",
        "repository ad, assay repository: unknown command ad (did you mean add?)",
        "repository yank --raeson x, assay repository yank: unknown option --raeson (did you mean --reason?)",
        "repository init ./x --bin 8, assay repository init: unknown option --bin (did you mean --bins?)",
        "tuf refrsh, assay tuf: unknown command refrsh (did you mean refresh?)",
        "tuf --metadat-dir x init r, assay tuf: unknown option --metadat-dir (did you mean --metadata-dir?)",
        "tuf refresh --metadta-url x, assay tuf refresh: unknown option --metadta-url (did you mean --metadata-url?)",
        "demo extra, assay demo: unexpected argument extra"
    })
    void misspeltWordIsNamedWithTheNearestRightOne(String line, String message) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString().lines()).first().isEqualTo(message);
    }

    @Test
    void wrongUsageTakesTwoLines() {
        run("serve");
        assertThat(err.toString().lines())
                .containsExactly(
                        "assay serve: Missing: --config FILE, or --index URL and at least one --mirror URL",
                        "See: assay serve --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "repository", "tuf"})
    void commandWithoutItsSubcommandListsThem(String line) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(err.toString()).contains("Missing required subcommand").contains("Commands:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "serve", "repository", "tuf", "tuf init", "tuf refresh", "tuf download"})
    void everyHelpGivesAnExample(String command) {
        assertThat(run((command + " --help").trim())).isZero();
        assertThat(out.toString()).contains("Example");
    }

    @Test
    void requiredOptionOfTufIsNamedWhenItIsMissing() {
        assertThat(run("tuf init root.json")).isEqualTo(2);
        assertThat(err.toString()).contains("'--metadata-dir'");
    }
}
