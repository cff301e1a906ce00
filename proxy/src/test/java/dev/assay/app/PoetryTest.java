package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.app.demo.ChildProcess;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The machine's poetry against the whole proxy. */
final class PoetryTest extends InstallerTestCase {
    @BeforeEach
    void findPoetry() throws IOException {
        assumeTrue(runs("poetry"), "poetry does not run on this machine (Debian: python3-poetry)");
    }

    @Test
    void aLockFileMadeThroughTheProxyIsReplayedThroughItOnAnotherMachine() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        Path project = project(serve("", honest, honest));

        ChildProcess.Result locked = poetry("first", project, "lock");
        ChildProcess.Result run = poetry("second", project, "install", "--no-root");

        assertThat(locked.succeeded()).as(locked.output()).isTrue();
        assertThat(run.succeeded()).as(run.output()).isTrue();
        assertThat(installed(project, DemoWheels.LIBRARY)).containsExactly(DemoWheels.LIBRARY_WHEEL.version());
        assertThat(installed(project, DemoWheels.SOURCE)).containsExactly("1.0");
    }

    @Test
    void theReasonOfARefusalIsPrinted() throws Exception {
        LyingMirror mirror = mirror(Lie.FLIPPED_BYTE);
        Path project = project(serve("", mirror(Lie.NONE), mirror));

        ChildProcess.Result run = poetry("home", project, "lock");

        assertThat(run.succeeded()).isFalse();
        assertThat(run.output()).contains("403 Client Error: Refused: mirror served other bytes than signed");
    }

    private Path project(URI index) throws IOException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("pyproject.toml"), """
                [tool.poetry]
                name = "scratch"
                version = "0.1"
                description = ""
                authors = []

                [tool.poetry.dependencies]
                python = ">=3.7"
                assay-demo-extra = {version = "*", extras = ["greeting"]}
                assay-demo-source = "*"

                [[tool.poetry.source]]
                name = "assay"
                url = "%s"
                default = true
                """.formatted(index));
        return project;
    }

    private ChildProcess.Result poetry(String home, Path project, String... arguments) throws IOException {
        Map<String, String> environment = home(home);
        environment.put("POETRY_VIRTUALENVS_IN_PROJECT", "true");
        List<String> command =
                new ArrayList<>(List.of("poetry", "--no-interaction", "--directory", project.toString()));
        command.addAll(List.of(arguments));
        return ChildProcess.run(command, environment, TIMEOUT);
    }
}
