package dev.assay.app.demo;

import dev.assay.upstream.Mirror;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Everything that a scene is played with: the published repository, its canonical server, a pip, and ways to start mirrors and
 * proxies. Thread-safe: scenes run side by side, each in folders of its own.
 */
final class Stage implements AutoCloseable {
    static final Duration PIP_TIMEOUT = Duration.ofSeconds(25);

    /** Longer than anything here takes on a busy machine: what is refused is refused with its reason. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** So short that bytes of a held transfer flow while it is still unverified. */
    private static final Duration IMPATIENCE = Duration.ofMillis(300);

    private static final Duration HOLD = Duration.ofSeconds(2);
    private static final int TAIL_BYTES = 256 << 10;
    private static final Duration REFRESH = Duration.ofMillis(500);
    private static final Duration STALL = Duration.ofSeconds(1);

    /** Longer than {@link #HOLD}: the mirror that hangs up is not given up before. */
    private static final Duration LONG_STALL = Duration.ofSeconds(5);

    private final Path folder;
    private final DemoRepository repository;
    private final Pip pip;
    private final ProxyUnderDemo.Starter starter;
    private final LyingMirror canonical;
    private final AtomicInteger folders = new AtomicInteger();

    Stage(Path folder, DemoRepository repository, Pip pip, ProxyUnderDemo.Starter starter) throws IOException {
        this.folder = folder;
        this.repository = repository;
        this.pip = pip;
        this.starter = starter;
        this.canonical = LyingMirror.honest(repository.tree().current());
    }

    DemoRepository repository() {
        return repository;
    }

    Pip pip() {
        return pip;
    }

    LyingMirror canonical() {
        return canonical;
    }

    LyingMirror mirror(Lie lie) throws IOException {
        return LyingMirror.start(repository.tree(), lie, HOLD);
    }

    /** A new, empty folder. */
    Path newFolder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(folders.incrementAndGet() + "-" + name));
    }

    /** A proxy that takes metadata and pages from {@code signing} and files from {@code mirrors}, with this data folder. */
    ProxyUnderDemo proxy(Path data, LyingMirror signing, LyingMirror... mirrors) throws IOException {
        return start(data, PATIENCE, STALL, signing, mirrors);
    }

    /** A proxy that soon begins to send what it has not verified yet, all but the tail. */
    ProxyUnderDemo impatientProxy(Path data, LyingMirror... mirrors) throws IOException {
        return start(data, IMPATIENCE, LONG_STALL, canonical, mirrors);
    }

    private ProxyUnderDemo start(
            Path data, Duration patience, Duration stall, LyingMirror signing, LyingMirror... mirrors)
            throws IOException {
        List<Mirror> list = new ArrayList<>();
        for (LyingMirror mirror : mirrors) {
            String name = mirror.lie().title().replaceAll("[^a-z0-9]+", "-");
            list.add(new Mirror(name + "-" + (list.size() + 1), mirror.simple(), mirror.base()));
        }
        return starter.start(new ProxyUnderDemo.Setup(
                repository.pinnedRoot(),
                signing.metadata(),
                signing.base(),
                list,
                data,
                patience,
                TAIL_BYTES,
                REFRESH,
                stall));
    }

    /** Installs one of our wheels without its dependencies, and says how it ended. */
    Scene.Sight install(ProxyUnderDemo proxy, WheelFile wheel) throws IOException {
        return install(pip, index(proxy), wheel);
    }

    Scene.Sight install(Pip with, URI index, WheelFile wheel) throws IOException {
        Path target = newFolder("target");
        PipRun run = with.install(index, target, PIP_TIMEOUT, "--no-deps", wheel.project());
        return new Scene.Sight(judge(target, run, wheel.isInstalledIn(target)), run.saw());
    }

    /** Installs requirements with all they need; {@code genuine} says whether the folder then holds what was published. */
    Scene.Sight installAll(ProxyUnderDemo proxy, Genuine genuine, String... requirements) throws IOException {
        Path target = newFolder("target");
        PipRun run = pip.install(index(proxy), target, PIP_TIMEOUT, requirements);
        return new Scene.Sight(judge(target, run, genuine.isIn(target)), run.saw());
    }

    /** Whether a target folder holds exactly what was published. */
    @FunctionalInterface
    interface Genuine {
        boolean isIn(Path target) throws IOException;

        static Genuine of(WheelFile... wheels) {
            return target -> {
                for (WheelFile wheel : wheels) {
                    if (!wheel.isInstalledIn(target)) {
                        return false;
                    }
                }
                return true;
            };
        }
    }

    static URI index(ProxyUnderDemo proxy) {
        return proxy.base().resolve("simple/");
    }

    private static Outcome judge(Path target, PipRun run, boolean genuine) throws IOException {
        if (DemoWheels.isEvilInstalledIn(target)) {
            return Outcome.FOOLED;
        }
        if (run.installed()) {
            return genuine ? Outcome.INSTALLED : Outcome.FOOLED;
        }
        return isEmpty(target) ? Outcome.REFUSED : Outcome.FOOLED;
    }

    private static boolean isEmpty(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.findAny().isEmpty();
        }
    }

    @Override
    public void close() {
        canonical.close();
    }
}
