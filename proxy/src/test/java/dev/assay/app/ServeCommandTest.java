package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestMirror;
import dev.assay.store.Store;
import dev.assay.store.StoreOptions;
import dev.assay.tuf.TestRepository;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as an operator starts and stops it: a process of its own. */
@Timeout(120)
final class ServeCommandTest {
    private static final byte[] WHEEL = new byte[4 << 20];

    @TempDir
    private Path folder;

    private final SignedIndex index = new SignedIndex(Layout.ASSAY);
    private final List<Process> started = new ArrayList<>();
    private TestMirror mirror;

    @BeforeEach
    void publish() throws IOException {
        index.tuf.expires.putAll(
                Map.of("root", later(), "timestamp", later(), "snapshot", later(), "targets", later()));
        index.tuf.publishRoot();
        index.publish();
        mirror = new TestMirror(index::content);
    }

    @AfterEach
    void stop() throws Exception {
        mirror.close();
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void aMistypedKeyIsNamedWithTheRightOne() throws Exception {
        Path config = config("");
        Files.writeString(config, "delivery:\n  pacience: 5s\n", StandardOpenOption.APPEND);

        Ended ended = ended(config);

        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).contains("pacience").contains("patience").doesNotContain("\tat ");
    }

    @Test
    void aBusyPortIsNamedAndWhatToDo() throws Exception {
        try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            String address = "127.0.0.1:" + busy.getLocalPort();

            Ended ended = ended(config(""), "--listen", address);

            assertThat(ended.exit()).isEqualTo(1);
            assertThat(ended.err())
                    .contains("assay serve: listen: " + address + " is in use")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aDataFolderThatAnotherProcessHoldsIsLeftAlone() throws Exception {
        try (Store holder = Store.open(StoreOptions.in(folder.resolve("data")))) {
            Ended ended = ended(config(""));

            assertThat(ended.exit()).isEqualTo(1);
            assertThat(ended.err())
                    .contains("assay serve: ")
                    .contains(folder.resolve("data").toString())
                    .doesNotContain("\tat ");
            assertThat(holder.blobs().list(null, 1)).isEmpty();
        }
    }

    @Test
    void aDamagedRootIsNoTrustAnchor() throws Exception {
        Path config = config("");
        byte[] root = index.tuf.root(1);
        Files.write(folder.resolve("root.json"), Arrays.copyOf(root, root.length - 10));

        Ended ended = ended(config);

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err())
                .contains("assay serve: repository.root: ")
                .contains("no root that can be trusted")
                .doesNotContain("\tat ");
    }

    @Test
    void aRootOfAnotherDigestThanConfiguredIsRefused() throws Exception {
        Ended ended = ended(config("  root-sha256: " + "0".repeat(64) + "\n"));

        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err()).contains("repository.root-sha256");
    }

    @Test
    void onSigtermARunningDownloadIsFinishedBeforeTheProcessEnds() throws Exception {
        SignedIndex.Entry entry = index.add("demo", "demo-1.0-py3-none-any.whl", WHEEL);
        index.publish();
        TestMirror.Held held = mirror.hold(entry.path, WHEEL, WHEEL.length - 1);
        Path config = config("");
        Files.writeString(config, "delivery:\n  patience: 50ms\n", StandardOpenOption.APPEND);
        Process process = start(config);
        BufferedReader out = process.inputReader(UTF_8);
        BufferedReader err = process.errorReader(UTF_8);
        URI base = served(out);

        HttpResponse<InputStream> download = flowing(base.resolve("/" + entry.path));
        // Through its handle: ending it through the process object closes the streams before they are read.
        assertThat(process.toHandle().destroy()).isTrue();
        awaitLine(err, "draining");
        held.release();
        byte[] whole = download.body().readAllBytes();

        assertThat(whole).isEqualTo(WHEEL);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        awaitLine(err, "stopped");
    }

    /** What a process printed, and its exit code. */
    private record Ended(int exit, String err) {}

    private Ended ended(Path config, String... more) throws Exception {
        Process process = start(config, more);
        String err = process.errorReader(UTF_8).lines().reduce("", (all, line) -> all + line + "\n");
        return new Ended(process.waitFor(), err);
    }

    private Process start(Path config, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--config",
                config.toString()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ASSAY_") || name.startsWith("JAVA_TOOL"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path config(String moreOfRepository) throws IOException {
        Path root = Files.write(folder.resolve("root.json"), index.tuf.root(2));
        return Files.writeString(
                folder.resolve("assay.yaml"),
                "listen: 127.0.0.1:0\n"
                        + "operations: {listen: 127.0.0.1:0}\n"
                        + "data: " + folder.resolve("data") + "\n"
                        + "repository:\n"
                        + "  metadata-url: " + mirror.base() + "metadata/\n"
                        + "  root: " + root + "\n"
                        + moreOfRepository
                        + "mirrors:\n"
                        + "  - url: " + mirror.base() + "simple/\n");
    }

    private static URI served(BufferedReader out) throws IOException {
        String line = awaitLine(out, "assay serves ");
        return URI.create(line.substring(line.indexOf("http://")));
    }

    private static String awaitLine(BufferedReader lines, String part) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(part)) {
                return line;
            }
        }
        throw new AssertionError("the process ended without printing: " + part);
    }

    private static HttpResponse<InputStream> flowing(URI file) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request =
                HttpRequest.newBuilder(file).timeout(Duration.ofSeconds(60)).build();
        HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
        for (int i = 0; i < 500 && answer.statusCode() == 503; i++) {
            answer = client.send(request, BodyHandlers.ofInputStream());
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer;
    }

    /** In the clock of a process of its own, which is the machine's. */
    private static Instant later() {
        Instant now = Instant.now();
        return (now.isAfter(TestRepository.NOW) ? now : TestRepository.NOW).plus(Duration.ofDays(30));
    }
}
