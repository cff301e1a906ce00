package dev.assay.app.demo;

import dev.assay.author.RepositoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The whole demonstration in one process: authors a repository, plays every {@link Scene} with a real pip, and shows the table. */
public final class Demo {
    /** Exit codes. */
    public static final int AS_IT_MUST_BE = 0;

    public static final int NOT_AS_IT_MUST_BE = 1;
    public static final int NO_PIP = 3;
    public static final int INTERRUPTED = 130;

    private static final String TEMPORARY = System.getProperty("java.io.tmpdir", "/tmp");

    private final Terminal terminal;
    private final Map<String, String> environment;
    private final ProxyUnderDemo.Starter starter;

    /**
     * On standard output of this process.
     *
     * @param environment of the process, for looking up Python, pip and curl
     */
    public Demo(Map<String, String> environment, ProxyUnderDemo.Starter starter) {
        this(Terminal.ofProcess(environment), environment, starter);
    }

    Demo(Terminal terminal, Map<String, String> environment, ProxyUnderDemo.Starter starter) {
        this.terminal = terminal;
        this.environment = Map.copyOf(environment);
        this.starter = starter;
    }

    /**
     * Plays it. When the process is asked to end before, it is left in order: nothing stays behind in the temporary folder.
     *
     * @param once end after the table instead of staying up until the process is asked to end
     * @return the exit code
     */
    public int run(boolean once) throws IOException, RepositoryException {
        CountDownLatch ended = new CountDownLatch(1);
        Thread hook = endInOrder(Thread.currentThread(), ended);
        try {
            return find(once);
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } finally {
            ended.countDown();
            forget(hook);
        }
    }

    private int find(boolean once) throws IOException, RepositoryException, InterruptedException {
        Optional<Python> python = Python.find(environment);
        Optional<Pip> pip = python.flatMap(p -> Pip.of(p, environment));
        if (python.isEmpty() || pip.isEmpty()) {
            terminal.line("The demonstration needs a pip, and "
                    + (python.isEmpty() ? "python3 does not run here." : "python3 -m pip does not run here."));
            terminal.line("Install one (Debian, Ubuntu: apt-get install python3-pip) and try again.");
            return NO_PIP;
        }
        Path folder = Files.createTempDirectory("assay-demo-");
        try {
            return run(folder, python.get(), pip.get(), once);
        } finally {
            delete(folder);
        }
    }

    private int run(Path folder, Python python, Pip pip, boolean once)
            throws IOException, RepositoryException, InterruptedException {
        Instant started = Instant.now();
        terminal.progress("authoring a repository");
        DemoRepository repository =
                DemoRepository.author(folder.resolve("author"), DemoWheels.bundled(python), started);
        try (Stage stage = new Stage(folder, repository, pip, starter)) {
            terminal.line(
                    "pip %s installs through Assay; every mirror below lies in its own way.".formatted(pip.version()));
            terminal.line("");
            List<Scene> scenes = new ArrayList<>(new HonestScenes(stage).all());
            scenes.addAll(new LyingScenes(stage).all());
            scenes.addAll(new SpliceScenes(stage, Pip.resuming(python, environment), environment).all());
            int wrong = play(scenes);
            terminal.line("");
            terminal.line(summary(scenes.size(), wrong, Duration.between(started, Instant.now())));
            if (!once) {
                stayUp(stage);
            }
            return wrong == 0 ? AS_IT_MUST_BE : NOT_AS_IT_MUST_BE;
        }
    }

    private String summary(int rows, int wrong, Duration took) {
        String seconds = took.toSeconds() + " s";
        return wrong == 0
                ? terminal.green("All %d rows are as they must be (%s).".formatted(rows, seconds))
                : terminal.red("%d of %d rows are not as they must be (%s).".formatted(wrong, rows, seconds));
    }

    /** Plays the scenes some at a time and shows them in their order; returns how many did not end as they must. */
    private int play(List<Scene> scenes) throws InterruptedException {
        Table table = new Table(terminal);
        table.printHeader();
        ExecutorService players =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() + 1);
        try {
            List<Future<Scene.Row>> rows = new ArrayList<>();
            scenes.forEach(scene -> rows.add(players.submit(scene::perform)));
            int wrong = 0;
            for (int i = 0; i < rows.size(); i++) {
                terminal.progress("%d of %d: %s"
                        .formatted(i + 1, rows.size(), scenes.get(i).attack().strip()));
                Scene.Row row = rows.get(i).get();
                table.print(row);
                wrong += row.isAsItMustBe() ? 0 : 1;
            }
            return wrong;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a scene threw past its own bounds", e);
        } finally {
            players.shutdownNow();
            boolean ended = players.awaitTermination(3, TimeUnit.SECONDS);
            terminal.progress(ended ? "" : "some pips did not end");
        }
    }

    /** One proxy behind which every file lie stands before an honest mirror, until the process is interrupted. */
    private void stayUp(Stage stage) throws IOException, InterruptedException {
        try (LyingMirror flipped = stage.mirror(Lie.FLIPPED_BYTE);
                LyingMirror other = stage.mirror(Lie.OTHER_WHEEL);
                LyingMirror honest = stage.mirror(Lie.NONE);
                ProxyUnderDemo proxy =
                        stage.proxy(stage.newFolder("data"), stage.canonical(), flipped, other, honest)) {
            Path target = stage.newFolder("try");
            terminal.line("");
            terminal.line("A proxy stays up behind two liars and an honest mirror. Try it by hand:");
            terminal.line("");
            terminal.line("  " + terminal.bold(stage.pip().byHand(Stage.index(proxy), target, DemoWheels.APP)));
            terminal.line("  PYTHONPATH=" + target + " python3 -m assay_demo_app");
            terminal.line("");
            terminal.line("Ctrl-C ends it.");
            new CountDownLatch(1).await();
        }
    }

    /** When the process is asked to end: interrupts {@code running}, and waits some seconds for it to clean up. */
    private static Thread endInOrder(Thread running, CountDownLatch ended) {
        Thread hook = new Thread(() -> {
            running.interrupt();
            try {
                if (!ended.await(5, TimeUnit.SECONDS)) {
                    System.err.println("the demonstration did not end in order; its folder stays in " + TEMPORARY);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already: the hook is what brought us here.
            return;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
