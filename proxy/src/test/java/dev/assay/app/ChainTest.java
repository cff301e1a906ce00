package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
                .plus(Duration.ofDays(30)); // others' clients have the machine's clock
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
                        page(),
                        "--target-name",
                        entry.path,
                        "download"))
                .isEmpty();

        assertThat(downloaded())
                .contains(
                        entry.bytes,
                        index.content("/" + index.pagePlace("demo")).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource
    void anothersTufClientDownloadsASignedPageAndAFileThroughIt(ForeignClient client) throws Exception {
        client.assumeHere();

        assertThat(download(client, "client", first))
                .containsExactly("downloaded " + page(), "downloaded " + entry.path);
    }

    /** The page's path, the file's, and whatever else is asked for: none of it is believed on the way from an instance either. */
    @ParameterizedTest
    @EnumSource
    void anothersTufClientRefusesWhatIsChangedBehindIt(ForeignClient client) throws Exception {
        client.assumeHere();
        TestMirror between = own(new TestMirror(this::ofTheFirst));
        download(client, "client", between.base());
        Set<String> visited = between.askedPaths();

        for (String path : visited) {
            Optional<byte[]> bytes = ofTheFirst(path);
            if (bytes.isPresent()) {
                between.put(path.substring(1), ForeignClientTest.changed(bytes.get()));
                assertThat(download(client, "changed" + path.replace('/', ' '), between.base()))
                        .as(path)
                        .isNotEmpty()
                        .doesNotContain("downloaded " + entry.path);
                between.unscript(path.substring(1));
            }
        }
        assertThat(visited).hasSizeGreaterThan(5);
    }

    private Optional<byte[]> ofTheFirst(String path) {
        try {
            HttpResponse<byte[]> answer = get(first.resolve(path));
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String page() {
        return index.pagePlace("demo").replaceFirst("[0-9a-f]{64}\\.", "");
    }

    private List<String> download(ForeignClient client, String trust, URI instance) throws Exception {
        Path root = Files.write(folder.resolve("pinned.json"), index.root());
        String base = instance + "tuf/";
        return client.download(
                root, base + "metadata", base + "targets", folder.resolve(trust), true, page(), entry.path);
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
