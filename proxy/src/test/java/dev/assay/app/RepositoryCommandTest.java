package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RepositoryCommandTest {
    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path passphrase;

    @BeforeEach
    void writePassphrase() throws Exception {
        passphrase = Files.writeString(temp.resolve("pass"), "correct horse\n");
    }

    private int run(String... arguments) {
        return new CommandLine(new RepositoryCommand(InstantSource.system()))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int withPassphrase(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--passphrase-file", passphrase.toString()));
        return run(all.toArray(String[]::new));
    }

    private String index() {
        return temp.resolve("index").toString();
    }

    @Test
    void initSaysWhatToBackUpAndStatusVerifies() {
        assertThat(withPassphrase("init", index(), "--bins", "4")).isZero();
        assertThat(out.toString())
                .contains("Back up now")
                .contains("To restore")
                .contains("root.json");
        assertThat(run("status", index())).isZero();
        assertThat(out.toString()).contains("bin-n").contains("3 of 3 (2 must sign)");
    }

    @Test
    void keysCanBePostQuantum() throws Exception {
        assertThat(withPassphrase("init", index(), "--bins", "2", "--scheme", "ml-dsa-65/1"))
                .isZero();
        assertThat(temp.resolve("index/root.json")).content().contains("\"scheme\":\"ml-dsa-65/1\"");
        assertThat(run("status", index())).isZero();
    }

    @Test
    void unknownSchemeIsAUsageError() {
        assertThat(withPassphrase("init", index(), "--scheme", "ml-dsa-65/2")).isEqualTo(2);
        assertThat(err.toString()).contains("--scheme: ml-dsa-65/2");
    }

    @Test
    void refusalIsOneLineAndExitCodeOne() throws Exception {
        withPassphrase("init", index(), "--bins", "4");
        Path bad = Files.writeString(temp.resolve("demo-1.0-py3-none-any.whl"), "no zip");
        assertThat(withPassphrase("add", index(), bad.toString())).isEqualTo(1);
        assertThat(err.toString().lines().filter(line -> !line.startsWith("  "))) // progress, on a slow machine
                .singleElement()
                .asString()
                .startsWith("assay repository add: ");
    }

    @Test
    void wrongNumberOfBinsIsAUsageError() {
        assertThat(withPassphrase("init", index(), "--bins", "100")).isEqualTo(2);
        assertThat(err.toString()).contains("bins: 100 (expected: a power of two");
        assertThat(temp.resolve("index")).doesNotExist();
    }

    @Test
    void emptyPassphraseFileIsRefused() throws Exception {
        Files.writeString(passphrase, "\n");
        assertThat(withPassphrase("init", index(), "--bins", "4")).isEqualTo(1);
        assertThat(err.toString()).contains("empty first line");
    }

    @Test
    void missingSubcommandIsAUsageError() {
        assertThat(run()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"init", "add", "remove", "yank", "unyank", "refresh", "rotate", "status", "delegate", "sign"})
    void everyHelpGivesAnExample(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Example:").contains("assay repository " + command + " ");
    }
}
