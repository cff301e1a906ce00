package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.Pip;
import dev.assay.app.demo.PipRun;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for pips of every age. */
final class PipVersionsTest extends InstallerTestCase {
    private static List<Pip> pips() {
        return Pips.all();
    }

    @ParameterizedTest
    @MethodSource("pips")
    void anExtraBringsTheNewestDependencyThatIsNeitherYankedNorForAnotherPython(Pip pip) throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        Path target = folder.resolve("target");

        PipRun run = pip.install(serve("", honest, honest), target, TIMEOUT, EXTRA.project() + "[greeting]");

        assertThat(run.installed()).as(run.output()).isTrue();
        boolean knowsOfYanking = pip.isAtLeast(19, 2); // PEP 592
        assertThat(installed(target, DemoWheels.LIBRARY))
                .containsExactly((knowsOfYanking ? DemoWheels.LIBRARY_WHEEL : YANKED_LIBRARY).version());
    }

    @ParameterizedTest
    @MethodSource("pips")
    void aRefusedFileIsAskedForOnceAndTheReasonIsPrinted(Pip pip) throws Exception {
        URI index = serve("", mirror(Lie.NONE), mirror(Lie.FLIPPED_BYTE));

        PipRun run = pip.install(index, folder.resolve("target"), TIMEOUT, "--retries", "5", DemoWheels.LIBRARY);

        assertThat(run.installed()).isFalse();
        assertThat(run.output())
                .contains("403 Client Error: Refused: mirror served other bytes than signed")
                .doesNotContain("Traceback");
        assertThat(asked(".whl")).extracting(Asked::request).containsExactly("GET 403");
    }
}
