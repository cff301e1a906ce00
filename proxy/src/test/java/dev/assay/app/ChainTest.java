package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestClock;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.Root;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who stands behind an instance verifies for itself: another instance, and a TUF client. */
@Timeout(120)
final class ChainTest {
    private static final String WHEEL = "demo-1.0-py3-none-any.whl";

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();
    private final SignedIndex index = new SignedIndex(Layout.ASSAY);
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private SignedIndex.Entry entry;
    private TestMirror origin;
    private URI first;

    @BeforeEach
    void startTheFirst() throws Exception {
        byte[] bytes = new byte[5000];
        new Random(1).nextBytes(bytes);
        entry = index.add("demo", WHEEL, bytes);
        Instant later = (Instant.now().isAfter(TestRepository.NOW) ? Instant.now() : TestRepository.NOW)
                .plus(Duration.ofDays(30)); // tuf-js has the machine's clock
        Root.TOP_LEVEL.forEach(role -> index.tuf.expires.put(role, later));
        index.tuf.publishRoot();
        index.publish();
        origin = own(new TestMirror(index::content));
        first = start("first", origin.base() + "metadata/", origin.base().toString(), origin.base() + "simple/");
        assertThat(get(first.resolve("simple/demo/")).statusCode()).isEqualTo(200);
    }

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void aSecondInstanceNeedsNothingButTheFirst() throws Exception {
        URI second = start("second", first + "tuf/metadata/", first + "tuf/targets/", first + "simple/");

        assertThat(new String(get(second.resolve("simple/demo/")).body(), UTF_8))
                .contains(WHEEL);
        assertThat(get(second.resolve(entry.path)).body()).isEqualTo(entry.bytes);
    }

    @Test
    void aSecondInstanceBelievesTheFirstNoMoreThanAnyMirror() throws Exception {
        TestMirror liar = own(new TestMirror(index::content));
        byte[] wrong = entry.bytes.clone();
        wrong[0] ^= 1;
        liar.put(entry.path, wrong);
        URI second = start("second", first + "tuf/metadata/", first + "tuf/targets/", liar.base() + "simple/");

        assertThat(get(second.resolve(entry.path)).statusCode()).isEqualTo(403);
    }

    @Test
    void aTufClientDownloadsASignedPageAndAFileThroughIt() throws Exception {
        String page = index.pagePlace("demo").replaceFirst("[0-9a-f]{64}\\.", "");

        assertThat(tuf(
                        "init",
                        Files.write(folder.resolve("pinned.json"), index.root()).toString()))
                .isEmpty();
        assertThat(tuf(
                        "--metadata-url",
                        first + "tuf/metadata/",
                        "--target-base-url",
                        first + "tuf/targets/",
                        "--target-dir",
                        folder.resolve("targets").toString(),
                        "--target-name",
                        page,
                        "--target-name",
                        entry.path,
                        "download"))
                .isEmpty();

        assertThat(downloaded())
                .contains(
                        entry.bytes,
                        index.content("/" + index.pagePlace("demo")).orElseThrow());
    }

    @Test
    void tufJsDownloadsASignedPageAndAFileThroughIt() throws Exception {
        String modules = System.getenv("ASSAY_TESTS_TUF_JS");
        assumeTrue(modules != null, "ASSAY_TESTS_TUF_JS names no folder with tuf-js");
        String page = index.pagePlace("demo").replaceFirst("[0-9a-f]{64}\\.", "");
        Path output = folder.resolve("tuf-js.out");
        ProcessBuilder builder = new ProcessBuilder(
                        "node",
                        "src/test/interop/client.js",
                        Files.write(folder.resolve("pinned.json"), index.root()).toString(),
                        first + "tuf/metadata",
                        first + "tuf/targets",
                        folder.resolve("client").toString(),
                        "true",
                        page,
                        entry.path)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("NODE_PATH", modules + "/node_modules");

        assertThat(builder.start().waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(output)).containsExactly("downloaded " + page, "downloaded " + entry.path);
    }

    private List<byte[]> downloaded() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("targets"))) {
            List<byte[]> all = new ArrayList<>();
            for (Path file : files.toList()) {
                all.add(Files.readAllBytes(file));
            }
            return all;
        }
    }

    /** What it complains of. */
    private String tuf(String... arguments) {
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(
                List.of("tuf", "--metadata-dir", folder.resolve("trust").toString()));
        all.addAll(List.of(arguments));
        int code = Main.commandLine(clock).setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
        return code == 0 ? "" : code + ": " + err;
    }

    private URI start(String name, String metadata, String targets, String simple) throws Exception {
        Path root = Files.write(folder.resolve("root.json"), index.root());
        Path config = Files.writeString(
                folder.resolve(name + ".yaml"),
                "listen: 127.0.0.1:0\noperations: {listen: 127.0.0.1:0}\n"
                        + "data: " + folder.resolve(name) + "\n"
                        + "repository:\n"
                        + "  metadata-url: " + metadata + "\n"
                        + "  targets-url: " + targets + "\n"
                        + "  root: " + root + "\n"
                        + "mirrors:\n"
                        + "  - url: " + simple + "\n");
        return own(Proxy.start(ConfigReader.read(config, Map.of(), ConfigReader.Options.NONE), clock))
                .url();
    }

    private static HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.push(resource);
        return resource;
    }
}
