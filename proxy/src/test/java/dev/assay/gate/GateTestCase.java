package dev.assay.gate;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** An index, mirrors and a proxy on loopback, made by each test as it needs them, and closed after it. */
abstract class GateTestCase {
    static final String PROJECT = "demo";
    static final String WHEEL = "demo-1.0-py3-none-any.whl";

    final TestClock clock = new TestClock();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @TempDir
    private Path data;

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    static SignedIndex index() {
        return new SignedIndex(Layout.ASSAY);
    }

    /** Bytes that no two sizes share. */
    static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** The same, but for the last byte. */
    static byte[] flipped(byte[] genuine) {
        byte[] bytes = genuine.clone();
        bytes[bytes.length - 1] ^= 1;
        return bytes;
    }

    <T extends AutoCloseable> T own(T resource) {
        opened.push(resource);
        return resource;
    }

    TestMirror mirror(SignedIndex index) throws IOException {
        return own(new TestMirror(index::content));
    }

    TestProxy.Setup setup(SignedIndex index, TestMirror... mirrors) throws IOException {
        return TestProxy.Setup.of(index, mirror(index), data, clock, mirrors);
    }

    /** With one mirror, and a signing repository that the test scripts too. */
    TestProxy.Setup setupSignedBy(TestMirror signing, SignedIndex index, TestMirror mirror) {
        return TestProxy.Setup.of(index, signing, data, clock, mirror);
    }

    TestProxy start(TestProxy.Setup setup) throws Exception {
        return own(TestProxy.start(setup));
    }

    HttpRequest.Builder request(TestProxy proxy, String path) {
        return HttpRequest.newBuilder(proxy.url(path)).timeout(TestProxy.PATIENT);
    }

    HttpResponse<byte[]> get(TestProxy proxy, String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(proxy, path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<Void> head(TestProxy proxy, String path) throws Exception {
        HttpRequest request = request(proxy, path)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.discarding());
    }

    /** Returns when the head of the answer has come. */
    HttpResponse<InputStream> open(TestProxy proxy, String path) throws Exception {
        return client.send(request(proxy, path).build(), BodyHandlers.ofInputStream());
    }

    /** Until every transfer is over, and all that came is stored, or compared and given up. */
    static void awaitNothingStaged(TestProxy proxy) {
        while (proxy.store.figures().stagedBytes() > 0) {
            Thread.onSpinWait();
        }
    }

    Path data() {
        return data;
    }

    HttpClient client() {
        return client;
    }

    static String field(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
