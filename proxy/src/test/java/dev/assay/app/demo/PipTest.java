package dev.assay.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PipTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PIP_INDEX_URL",
                "PIP_EXTRA_INDEX_URL",
                "PIP_FIND_LINKS",
                "HTTP_PROXY",
                "https_proxy",
                "PYTHONPATH"
            })
    void aVariableThatLeadsElsewhereDoesNotReachPip(String name) {
        assertThat(Pip.scrubbed(Map.of(name, "http://127.0.0.1:9/", "PATH", "/bin")))
                .doesNotContainKey(name)
                .containsEntry("PATH", "/bin");
    }

    @Test
    void noConfigurationFileReachesPip() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        Path config = Files.createDirectories(home.resolve(".config/pip")).resolve("pip.conf");
        Files.writeString(config, "[global]\nextra-index-url = http://127.0.0.1:9/leak\n");
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("XDG_CONFIG_HOME", home.resolve(".config").toString());
        environment.put("PIP_FIND_LINKS", "http://127.0.0.1:9/leak");

        PipRun run = pip(environment).run(TIMEOUT, List.of("config", "list"));

        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(run.output()).isBlank();
    }

    @Test
    void aPipThatNeverEndsIsKilledAtItsDeadline() throws IOException {
        ChildProcess.Result result = ChildProcess.run(
                List.of("sh", "-c", "sleep 600"), Map.of("PATH", "/usr/bin:/bin"), Duration.ofMillis(50));

        assertThat(result.timedOut()).isTrue();
    }

    @Test
    void aChildSeesOnlyTheEnvironmentItIsGiven() throws IOException {
        ChildProcess.Result result =
                ChildProcess.run(List.of("/usr/bin/env"), Map.of("ONLY", "this"), Duration.ofSeconds(10));

        assertThat(result.output().lines()).containsExactly("ONLY=this");
    }

    @Test
    void aMachineWithoutPythonHasNoPip() {
        assertThat(Python.find(Map.of("PATH", folder.toString())).flatMap(p -> Pip.of(p, Map.of())))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Successfully installed a-1 b-2 | Successfully installed a-1 b-2",
                "ERROR: HTTP error 403 while getting x\\nERROR: because of HTTP error 403 Client Error: Hash mismatch for url: http://h/ |"
                        + " 403 Hash mismatch",
                "WARNING: Skipping page http://h/ because the GET request got Content-Type:"
                        + " application/problem+json; detail=\"metadata has expired\".\\nERROR: No matching | metadata has expired",
                "ERROR: No matching distribution found for x | No matching distribution found for x",
            })
    void theLineThatAUserLearnsFromIsPicked(String output, String saw) {
        PipRun run = new PipRun(new ChildProcess.Result(1, output.replace("\\n", "\n"), false));

        assertThat(run.saw()).isEqualTo(saw);
    }

    private static Pip pip(Map<String, String> environment) {
        Optional<Pip> pip = Python.find(environment).flatMap(p -> Pip.of(p, environment));
        assumeTrue(pip.isPresent(), "python3 -m pip does not run on this machine");
        return pip.orElseThrow();
    }
}
