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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine's poetry and pdm, which install what a project locks, against the whole proxy. */
final class PoetryAndPdmTest extends InstallerTestCase {
    private enum Installer {
        POETRY("poetry", "--directory", "install --no-root", """
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
                """),
        PDM("pdm", "--project", "sync --no-self", """
                [project]
                name = "scratch"
                version = "0.1"
                requires-python = ">=3.7"
                dependencies = ["assay-demo-extra[greeting]", "assay-demo-source"]

                [[tool.pdm.source]]
                name = "pypi"
                url = "%s"
                verify_ssl = true
                """);

        final String program;
        final String folderOption;
        final String install;
        final String project;

        Installer(String program, String folderOption, String install, String project) {
            this.program = program;
            this.folderOption = folderOption;
            this.install = install;
            this.project = project;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLockFileMadeThroughTheProxyIsReplayedThroughItOnAnotherMachine(Installer installer) throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        Path project = project(installer, serve("", honest, honest));

        ChildProcess.Result locked = run(installer, project, home("first"), "lock");
        ChildProcess.Result run = run(installer, project, home("second"), installer.install);

        assertThat(locked.succeeded()).as(locked.output()).isTrue();
        assertThat(run.succeeded()).as(run.output()).isTrue();
        assertThat(installed(project, DemoWheels.LIBRARY)).containsExactly(DemoWheels.LIBRARY_WHEEL.version());
        assertThat(installed(project, DemoWheels.SOURCE)).containsExactly("1.0");
    }

    @ParameterizedTest
    @EnumSource
    void credentialsMayStandInTheUrl(Installer installer) throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        Path project = project(installer, withAccount(serve(accounts(), honest, honest)));

        ChildProcess.Result locked = run(installer, project, home("home"), "lock");

        assertThat(locked.succeeded()).as(locked.output()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void theReasonOfARefusalIsPrinted(Installer installer) throws Exception {
        Path project = project(installer, serve("", mirror(Lie.NONE), mirror(Lie.FLIPPED_BYTE)));

        ChildProcess.Result locked = run(installer, project, home("home"), "lock");

        assertThat(locked.succeeded()).isFalse();
        assertThat(locked.output()).contains("403 Client Error: Refused: mirror served other bytes than signed");
    }

    private Path project(Installer installer, URI index) throws IOException {
        assumeTrue(
                runs(installer.program),
                installer.program + " does not run on this machine (Debian: python3-" + installer.program + ")");
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("pyproject.toml"), installer.project.formatted(index));
        return project;
    }

    private static ChildProcess.Result run(
            Installer installer, Path project, Map<String, String> environment, String command) throws IOException {
        environment.put("POETRY_VIRTUALENVS_IN_PROJECT", "true");
        environment.put("PDM_CHECK_UPDATE", "false");
        List<String> line = new ArrayList<>(List.of(installer.program));
        line.addAll(List.of(command.split(" ", -1)));
        line.addAll(List.of(installer.folderOption, project.toString()));
        return ChildProcess.run(line, environment, TIMEOUT);
    }
}
