package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.Pip;
import dev.assay.app.demo.PipRun;
import dev.assay.app.demo.ProxyUnderDemo;
import dev.assay.app.demo.Python;
import dev.assay.upstream.Mirror;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's own pip against the whole proxy. Skipped where there is no pip, which {@code .ci/run} does not allow. */
final class RealPipTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private @Nullable Pip pip;
    private @Nullable LyingMirror upstream;
    private @Nullable ProxyUnderDemo proxy;

    @BeforeEach
    void start() throws Exception {
        Optional<Pip> found = Python.find(System.getenv()).flatMap(p -> Pip.of(p, System.getenv()));
        assumeTrue(found.isPresent(), "python3 -m pip does not run on this machine");
        pip = found.orElseThrow();
        DemoRepository repository = DemoRepository.author(folder.resolve("author"), List.of(), Instant.now());
        LyingMirror server = LyingMirror.start(repository.tree(), Lie.NONE);
        upstream = server;
        proxy = DemoCommand.start(
                new ProxyUnderDemo.Setup(
                        repository.pinnedRoot(),
                        server.metadata(),
                        server.base(),
                        List.of(new Mirror("only", server.simple(), server.base())),
                        folder.resolve("data"),
                        Duration.ofSeconds(20),
                        256 << 10,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(5)),
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (upstream != null) {
            upstream.close();
        }
    }

    @Test
    void pipInstallsAWheelWithItsDependencies() throws Exception {
        Path target = folder.resolve("target");

        PipRun run = install(target, DemoWheels.APP);

        assertThat(run.installed()).as(run.output()).isTrue();
        assertThat(target.resolve("assay_demo_app/__main__.py")).exists();
        assertThat(target.resolve("assay_demo_library/__init__.py")).exists();
    }

    @Test
    void pipBuildsAndInstallsAnSdist() throws Exception {
        PipRun run = install(folder.resolve("target"), DemoWheels.SOURCE);

        assertThat(run.installed()).as(run.output()).isTrue();
    }

    @Test
    void aSecondInstallAsksNoMirrorForAFile() throws Exception {
        LyingMirror server = require(upstream);
        install(folder.resolve("first"), DemoWheels.APP);
        int asked = server.fileRequests();

        PipRun second = install(folder.resolve("second"), DemoWheels.APP);

        assertThat(second.installed()).as(second.output()).isTrue();
        assertThat(asked).isPositive();
        assertThat(server.fileRequests()).isEqualTo(asked);
    }

    @Test
    void pipPrintsWhyAFileIsRefusedAndInstallsNothing() throws Exception {
        require(upstream).become(Lie.FLIPPED_BYTE);
        Path target = Files.createDirectories(folder.resolve("target"));

        PipRun run = install(target, DemoWheels.LIBRARY);

        assertThat(run.installed()).isFalse();
        assertThat(run.output()).contains("403 Client Error: Refused: mirror served other bytes than signed");
        assertThat(target).isEmptyDirectory();
    }

    private PipRun install(Path target, String requirement) throws IOException {
        URI index = require(proxy).base().resolve("simple/");
        return require(pip).install(index, target, TIMEOUT, requirement);
    }

    private static <T> T require(@Nullable T started) {
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }
}
