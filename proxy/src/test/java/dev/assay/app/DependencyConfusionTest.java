package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.Pip;
import dev.assay.app.demo.PipRun;
import dev.assay.app.demo.Python;
import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestMirror;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine's own pip, a private project, and a public repository that signs a higher version of it. */
final class DependencyConfusionTest {
    @TempDir
    private Path folder;

    @Test
    void pipInstallsThePrivateVersionThoughThePublicOneIsHigher() throws Exception {
        Optional<Pip> pip = Python.find(System.getenv()).flatMap(found -> Pip.of(found, System.getenv()));
        assumeTrue(pip.isPresent(), "python3 -m pip does not run on this machine");
        DemoRepository corp = DemoRepository.author(folder.resolve("author"), List.of(), Instant.now());
        SignedIndex open = publicIndex(DemoWheels.LIBRARY);
        Path target = folder.resolve("target");
        try (LyingMirror corpServer = LyingMirror.start(corp.tree(), Lie.NONE);
                TestMirror openServer = new TestMirror(open::content);
                Proxy proxy = Proxy.start(config(corp, corpServer, open, openServer), InstantSource.system())) {
            PipRun run = pip.get()
                    .install(proxy.url().resolve("simple/"), target, Duration.ofMinutes(2), DemoWheels.LIBRARY);

            assertThat(run.installed()).as(run.output()).isTrue();
            assertThat(target.resolve("assay_demo_library/__init__.py")).exists();
            assertThat(openServer.askedPaths()).noneMatch(path -> path.contains("demo"));
        }
    }

    private Config config(DemoRepository corp, LyingMirror corpServer, SignedIndex open, TestMirror openServer)
            throws Exception {
        Path openRoot = Files.write(folder.resolve("open.json"), open.tuf.root(2));
        String text = """
                listen: 127.0.0.1:0
                operations: {listen: 127.0.0.1:0}
                data: %s
                repositories:
                  corp: {metadata-url: %s, root: %s, mirrors: [{name: corp, url: %s}]}
                  open: {metadata-url: %smetadata/, root: %s, mirrors: [{name: open, url: %ssimple/}]}
                map:
                  - {projects: ["assay-demo-*"], repositories: [corp]}
                  - {projects: ["*"], repositories: [open]}
                """.formatted(
                        folder.resolve("data"),
                        corpServer.metadata(),
                        corp.pinnedRoot(),
                        corpServer.simple(),
                        openServer.base(),
                        openRoot,
                        openServer.base());
        return ConfigReader.read(
                Files.writeString(folder.resolve("assay.yaml"), text), Map.of(), ConfigReader.Options.NONE);
    }

    /** Signs version 99 of the project, as whoever registers its name could. */
    private static SignedIndex publicIndex(String project) {
        Instant later = Instant.now().plus(Duration.ofDays(1));
        SignedIndex index = new SignedIndex(Layout.ASSAY);
        List.of("root", "timestamp", "snapshot", "targets").forEach(role -> index.tuf.expires.put(role, later));
        index.tuf.publishRoot();
        index.add(project, project.replace('-', '_') + "-99.0-py3-none-any.whl", new byte[100]);
        return index.publish();
    }
}
