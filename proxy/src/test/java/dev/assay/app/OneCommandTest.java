package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.Pip;
import dev.assay.app.demo.PipRun;
import dev.assay.app.demo.Python;
import dev.assay.author.follow.CanonicalIndex;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay serve --index URL --mirror URL} as a process, and the machine's own pip before it. */
@Timeout(120)
final class OneCommandTest {
    private static final int PROJECTS = 12;
    private static final int FILES = 20;

    @TempDir
    private static Path shared;

    private static MirroredWheels wheels;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Process> started = new ArrayList<>();
    private CanonicalIndex index;
    private LyingMirror mirror;

    @BeforeAll
    static void publish() throws Exception {
        wheels = MirroredWheels.in(shared);
    }

    @BeforeEach
    void start() throws Exception {
        index = CanonicalIndex.start(shared);
        wheels.listAll(index);
        mirror = LyingMirror.start(wheels.tree(), Lie.NONE);
    }

    @AfterEach
    void stop() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        mirror.close();
        index.close();
    }

    @Test
    void pipInstallsWhatTheIndexVouchesForAndNothingElse() throws Exception {
        Optional<Pip> pip = Python.find(System.getenv()).flatMap(p -> Pip.of(p, System.getenv()));
        assumeTrue(pip.isPresent(), "python3 -m pip does not run on this machine");
        URI simple = serve().resolve("simple/");

        mirror.become(Lie.OTHER_WHEEL);
        PipRun lied = install(pip.get(), simple, DemoWheels.DATA);
        mirror.become(Lie.PAGE_EXTRA_FILE);
        PipRun honest = install(pip.get(), simple, DemoWheels.APP);
        index.close();
        PipRun cutOff = install(pip.get(), simple, DemoWheels.LIBRARY);

        assertThat(lied.installed()).isFalse();
        assertThat(lied.output()).contains("403 Client Error: Refused: mirror served other bytes than signed");
        assertThat(honest.installed()).as(honest.output()).isTrue();
        assertThat(honest.output()).contains("assay-demo-app-1.1").doesNotContain("99.0");
        assertThat(cutOff.installed()).as(cutOff.output()).isTrue();
    }

    @Test
    void whatIsTrustedIsSaidAtTheStart() throws Exception {
        Process process = process();
        BufferedReader log = process.errorReader(UTF_8);

        String line = awaitLine(log, "trusted repository=");

        assertThat(line)
                .contains("what this machine sees at " + index.simple() + " over TLS")
                .contains("sha256:");
    }

    @Test
    void killedInTheMidstOfSigningItGoesOnFromAWholeState() throws Exception {
        index.generate(PROJECTS, FILES);
        URI killed = serve();
        long before = signedPages();
        askForAll(killed);
        while (signedPages() < before + 3) {
            Thread.onSpinWait();
        }
        started.get(0).destroyForcibly().waitFor();

        URI again = serve();
        askForAll(again);

        for (int project = 0; project < PROJECTS; project++) {
            HttpResponse<String> page = get(again.resolve("simple/project-" + project + "/"));
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body().split("<a ", -1)).hasSize(FILES + 1);
        }
    }

    /** Nobody waits for the answers. */
    private void askForAll(URI proxy) {
        for (int project = 0; project < PROJECTS; project++) {
            var unused = client.sendAsync(
                    request(proxy.resolve("simple/project-" + project + "/")), BodyHandlers.discarding());
        }
    }

    /** Page files of any age, whether readers know of them or not. */
    private long signedPages() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("data/follow-repository/public/simple"))) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    private PipRun install(Pip pip, URI simple, String project) throws IOException {
        return pip.install(simple, folder.resolve("with-" + project), Duration.ofMinutes(1), project);
    }

    /** Busy and not asked to retry: an answer in the end. */
    private HttpResponse<String> get(URI page) throws Exception {
        HttpResponse<String> answer = client.send(request(page), BodyHandlers.ofString());
        while (answer.statusCode() == 504 || answer.statusCode() == 503) {
            answer = client.send(request(page), BodyHandlers.ofString());
        }
        return answer;
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri).header("Accept", "text/html").build();
    }

    private URI serve() throws IOException {
        String line = awaitLine(process().inputReader(UTF_8), "assay serves ");
        return URI.create(line.substring(line.indexOf("http://"))).resolve("/");
    }

    private Process process() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--index",
                index.simple().toString(),
                "--index-ca",
                index.authority().toString(),
                "--mirror",
                mirror.simple().toString(),
                "--listen",
                "127.0.0.1:0",
                "--data",
                folder.resolve("data").toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("ASSAY_") || name.startsWith("JAVA_TOOL"));
        builder.environment().put("ASSAY_OPERATIONS_LISTEN", "127.0.0.1:0");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private static String awaitLine(BufferedReader lines, String part) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("the process ended without printing: " + part);
    }
}
