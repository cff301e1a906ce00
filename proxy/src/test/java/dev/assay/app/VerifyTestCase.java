package dev.assay.app;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.PublishedTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay verify} against a repository that was authored here and is served on loopback. */
abstract class VerifyTestCase {
    static final String LIBRARY = DemoWheels.LIBRARY_WHEEL.filename();

    @TempDir
    private static Path authored;

    private static PublishedTree published = PublishedTree.of(Path.of("."));
    static Path root = Path.of(".");

    @TempDir
    Path temp;

    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    Instant now = Instant.now();
    LyingMirror index;

    @BeforeAll
    static void author() throws Exception {
        DemoRepository repository = DemoRepository.author(authored, List.of(), Instant.now());
        published = repository.tree();
        root = repository.pinnedRoot();
    }

    @BeforeEach
    void serve() throws IOException {
        index = LyingMirror.start(published, Lie.NONE);
    }

    @AfterEach
    void close() {
        index.close();
    }

    final int verify(Object... arguments) {
        List<String> all = new ArrayList<>(
                List.of("verify", "--metadata-url", index.metadata().toString()));
        all.addAll(List.of("--root", root.toString()));
        Stream.of(arguments).map(Object::toString).forEach(all::add);
        return run(all.toArray(String[]::new));
    }

    final int run(String... arguments) {
        return Main.commandLine(() -> now)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** What an owner has built: the very files that were published. */
    final Path built(String filename) throws IOException {
        DemoWheels.writeTo(temp.resolve("dist"));
        return temp.resolve("dist").resolve(filename);
    }

    /** What is published now, without the removed file, which a repository keeps for a day. */
    final Path tree() throws IOException {
        Path copy = temp.resolve("mirror");
        try (Stream<Path> files = Files.walk(published.current())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = copy.resolve(published.current().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().startsWith(DemoWheels.OLD_APP.filename())) {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }

    static Path find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }
}
