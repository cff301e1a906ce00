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

/** The machine's pdm against the whole proxy. */
final class PdmTest extends InstallerTestCase {
    @BeforeEach
    void findPdm() throws IOException {
        assumeTrue(runs("pdm"), "pdm does not run on this machine (Debian: python3-pdm)");
    }

    @Test
    void aLockFileMadeThroughTheProxyIsReplayedThroughItOnAnotherMachine() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        Path project = project(serve("", honest, honest));

        ChildProcess.Result locked = pdm("first", project, "lock");
        ChildProcess.Result run = pdm("second", project, "sync", "--no-self");

        assertThat(locked.succeeded()).as(locked.output()).isTrue();
        assertThat(run.succeeded()).as(run.output()).isTrue();
        assertThat(installed(project, DemoWheels.LIBRARY)).containsExactly(DemoWheels.LIBRARY_WHEEL.version());
        assertThat(installed(project, DemoWheels.SOURCE)).containsExactly("1.0");
    }

    @Test
    void theReasonOfARefusalIsPrinted() throws Exception {
        LyingMirror mirror = mirror(Lie.FLIPPED_BYTE);
        Path project = project(serve("", mirror(Lie.NONE), mirror));

        ChildProcess.Result run = pdm("home", project, "lock");

        assertThat(run.succeeded()).isFalse();
        assertThat(run.output()).contains("Refused: mirror served other bytes than signed");
    }

    private Path project(URI index) throws IOException {
        Path project = Files.createDirectories(folder.resolve("project"));
        Files.writeString(project.resolve("pyproject.toml"), """
                [project]
                name = "scratch"
                version = "0.1"
                requires-python = ">=3.7"
                dependencies = ["assay-demo-extra[greeting]", "assay-demo-source"]

                [[tool.pdm.source]]
                name = "pypi"
                url = "%s"
                verify_ssl = true
                """.formatted(index));
        return project;
    }

    private ChildProcess.Result pdm(String home, Path project, String... arguments) throws IOException {
        Map<String, String> environment = home(home);
        environment.put("PDM_CHECK_UPDATE", "false");
        List<String> command = new ArrayList<>(List.of("pdm"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--project", project.toString()));
        return ChildProcess.run(command, environment, TIMEOUT);
    }
}
