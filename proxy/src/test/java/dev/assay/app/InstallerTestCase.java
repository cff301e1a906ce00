package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.app.demo.ChildProcess;
import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.PublishedTree;
import dev.assay.app.demo.WheelFile;
import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * What real installers are let loose on: a signed index of small packages, mirrors of it that may lie, and the whole proxy in front.
 * Each installer has a home of its own, so that no configuration and no cache of the machine's user takes part.
 */
abstract class InstallerTestCase {
    static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** Depends on the library only with its extra {@code greeting}. */
    static final WheelFile EXTRA = WheelFile.of(
            "assay-demo-extra",
            "1.0",
            "",
            "Provides-Extra: greeting",
            "Requires-Dist: assay-demo-library; extra == 'greeting'");

    /** Newer than {@link DemoWheels#LIBRARY_WHEEL}, and yanked. */
    static final WheelFile YANKED_LIBRARY = WheelFile.of(DemoWheels.LIBRARY, "1.3", "YANKED = True\n");

    /** Newer still, for a Python that nobody has. */
    static final WheelFile FUTURE_LIBRARY =
            WheelFile.of(DemoWheels.LIBRARY, "2.0", "FUTURE = True\n", "Requires-Python: >=99");

    /** The secret is "abc": a test vector of bcrypt's. */
    private static final String USERS = "jane.doe:$2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm\n";

    @TempDir
    private static Path authored;

    private static PublishedTree published = PublishedTree.of(Path.of("."));
    private static Path root = Path.of(".");

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private @Nullable Proxy proxy;

    @BeforeAll
    static void author() throws Exception {
        Path more = Files.createDirectories(authored.resolve("more"));
        List<Path> wheels = List.of(EXTRA.writeTo(more), YANKED_LIBRARY.writeTo(more), FUTURE_LIBRARY.writeTo(more));
        DemoRepository demo = DemoRepository.author(authored, wheels, Instant.now());
        try (Repository repository = Repository.open(
                authored.resolve("repository"), Passphrases.same("demo".toCharArray()), InstantSource.system())) {
            repository.yank(List.of(YANKED_LIBRARY.filename()), "greets the wrong people");
        }
        published = demo.tree();
        root = demo.pinnedRoot();
    }

    @AfterEach
    void stop() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    /** A mirror of the index, until the test ends. */
    final LyingMirror mirror(Lie lie) throws IOException {
        LyingMirror mirror = LyingMirror.start(published, lie);
        opened.push(mirror);
        return mirror;
    }

    /** Starts the proxy; returns the index URL. */
    final URI serve(String config, LyingMirror signing, LyingMirror... mirrors) throws Exception {
        StringBuilder text = new StringBuilder(config).append("mirrors:\n");
        for (int i = 0; i < mirrors.length; i++) {
            text.append("  - {name: mirror-" + i + ", url: " + mirrors[i].simple() + "}\n");
        }
        text.append("listen: 127.0.0.1:0\noperations: {listen: 127.0.0.1:0}\n");
        text.append("data: " + folder.resolve("data") + "\naccess-log: " + accessLog() + "\n");
        text.append("repository: {metadata-url: " + signing.metadata() + ", root: " + root + "}\n");
        Path file = Files.writeString(folder.resolve("assay.yaml"), text);
        Proxy started =
                Proxy.start(ConfigReader.read(file, Map.of(), ConfigReader.Options.NONE), InstantSource.system());
        opened.push(started);
        proxy = started;
        return started.url().resolve("simple/");
    }

    /** The configuration under which clients need an account. */
    final String accounts() throws IOException {
        return "clients: {users: " + Files.writeString(folder.resolve("users"), USERS) + "}\n";
    }

    /** The index, with the account in the URL. */
    static URI withAccount(URI index) {
        return URI.create(index.toString().replace("://", "://jane.doe:abc@"));
    }

    /**
     * One request, as the access log has it.
     *
     * @param request method and status
     */
    record Asked(String request, long millis) {}

    /** Stops the proxy, so that its access log is whole; returns the requests for paths that end so. */
    final List<Asked> asked(String suffix) throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        List<Asked> asked = new ArrayList<>();
        for (String line : Files.readAllLines(accessLog())) {
            JsonObject logged = JsonReader.parseObject(line.getBytes(UTF_8), JsonReader.Numbers.ANY);
            if (logged.string("path").endsWith(suffix)) {
                asked.add(new Asked(
                        logged.string("method") + " " + logged.string("status"),
                        Long.parseLong(logged.string("millis"))));
            }
        }
        return asked;
    }

    private Path accessLog() {
        return folder.resolve("access.log");
    }

    /** Whether this machine has a program. */
    final boolean runs(String program) throws IOException {
        try {
            return ChildProcess.run(List.of(program, "--version"), home("home"), TIMEOUT)
                    .succeeded();
        } catch (IOException e) {
            return false; // No such program.
        }
    }

    /** The environment of an installer in a home of its own. */
    final Map<String, String> home(String name) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
        environment.put("HOME", home.toString());
        environment.put("LANG", "C.UTF-8");
        environment.put("NO_PROXY", "*");
        environment.put(
                "PIP_NO_INDEX", "1"); // For a pip that an installer runs on its own: nothing but loopback is asked.
        environment.put("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring");
        return environment;
    }

    /** Where this project's module was installed below a folder: the versions of its {@code .dist-info}. */
    static List<String> installed(Path below, String project) throws IOException {
        Pattern name = Pattern.compile(project.replace('-', '_') + "-(.*)\\.dist-info");
        try (Stream<Path> files = Files.walk(below)) {
            return files.map(file -> name.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(found -> found.group(1))
                    .toList();
        }
    }
}
