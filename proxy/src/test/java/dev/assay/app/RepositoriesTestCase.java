package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Repositories that are signed here, each with a server of its own, behind one proxy whose configuration says how they relate. */
abstract class RepositoriesTestCase {
    static final String OLD = "acme-1.0-py3-none-any.whl";
    static final String NEW = "acme-9.9-py3-none-any.whl";

    @TempDir
    Path folder;

    volatile Instant now = TestRepository.NOW;
    /** What else the configuration says of each repository, each on a line of its own. */
    String settings = "";

    final Map<String, SignedIndex> indexes = new LinkedHashMap<>();
    private final Map<String, TestMirror> servers = new LinkedHashMap<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    SignedIndex index(String name) {
        return indexes.computeIfAbsent(name, each -> new SignedIndex(Layout.ASSAY));
    }

    TestMirror server(String name) {
        TestMirror server = servers.get(name);
        if (server == null) {
            throw new IllegalStateException(name + " is not started");
        }
        return server;
    }

    Proxy start(String map) throws Exception {
        return startWithout("", map);
    }

    /** With the metadata of {@code failing} out of reach. */
    Proxy startWithout(String failing, String map) throws Exception {
        StringBuilder config = new StringBuilder(
                "listen: 127.0.0.1:0\noperations: {listen: 127.0.0.1:0}\ndata: " + folder.resolve("data") + "\n");
        config.append("repositories:\n");
        for (Map.Entry<String, SignedIndex> each : indexes.entrySet()) {
            String name = each.getKey();
            SignedIndex index = each.getValue().publish();
            TestMirror server = new TestMirror(index::content);
            opened.push(server);
            servers.put(name, server);
            if (name.equals(failing)) {
                server.status("metadata/timestamp.json", 500);
            }
            Path root = Files.write(folder.resolve(name + ".json"), index.root());
            String layout = index.layout().equals(Layout.ASSAY) ? "assay" : "pages-only";
            config.append("  " + name + ":\n    metadata-url: " + server.base() + "metadata/\n    root: " + root
                    + "\n    layout: " + layout + "\n    mirrors: [{name: " + name + ", url: "
                    + server.base()
                    + "simple/}]\n" + settings);
        }
        Path file = Files.writeString(folder.resolve("assay.yaml"), config + map);
        Proxy proxy = Proxy.start(ConfigReader.read(file, Map.of(), ConfigReader.Options.NONE), () -> now);
        opened.push(proxy);
        return proxy;
    }

    HttpResponse<byte[]> get(Proxy proxy, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(proxy.url().resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    /** Without waiting for the answer. */
    CompletableFuture<HttpResponse<byte[]>> ask(Proxy proxy, String path) {
        return client.sendAsync(
                HttpRequest.newBuilder(proxy.url().resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    static byte[] bytes(int seed) {
        byte[] bytes = new byte[1000];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }
}
