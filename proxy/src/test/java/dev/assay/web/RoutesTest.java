package dev.assay.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.Layout;
import dev.assay.gate.SignedIndex;
import dev.assay.gate.TestClock;
import dev.assay.gate.TestMirror;
import dev.assay.gate.TestProxy;
import dev.assay.server.RawClient;
import dev.assay.server.Transcript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every form of request that installers send, byte for byte, against the whole proxy. */
final class RoutesTest {
    private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();

    @TempDir
    private static Path folder;

    private static int port;
    private static String often = "";

    @BeforeAll
    static void start() throws Exception {
        TestClock clock = new TestClock();
        SignedIndex index = new SignedIndex(Layout.ASSAY);
        SignedIndex.Entry first = index.add("demo", "demo-1.0-py3-none-any.whl", bytes("wheel 1.0"));
        first.coreMetadata = bytes("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n");
        index.add("demo", "demo-1.0+local.1-py3-none-any.whl", bytes("wheel 1.0+local.1"));
        SignedIndex.Entry bad = index.add("bad", "bad-1.0-py3-none-any.whl", bytes("good bytes"));
        SignedIndex.Entry gone = index.add("gone", "gone-1.0-py3-none-any.whl", bytes("gone"));
        index.rawPage("malformed", "{}");
        for (int i = 0; i < 20; i++) {
            index.add("many", "many-1." + i + "-py3-none-any.whl", bytes("many " + i));
        }
        often = index.add("often", "often-1.0-py3-none-any.whl", bytes("often")).path;
        index.list("{\"meta\":{\"api-version\":\"1.4\"},\"projects\":[{\"name\":\"bad\"},{\"name\":\"demo\"}]}");
        index.publish();
        TestMirror mirror = own(new TestMirror(index::content));
        mirror.put(bad.path, bytes("evil bytes"));
        TestProxy proxy = own(TestProxy.start(TestProxy.Setup.of(index, mirror, folder, clock, mirror)));
        port = proxy.port();
        once(gone.path);
        once("simple/gone/");
        index.remove("gone");
        index.publish();
        proxy.refresh();
    }

    @AfterAll
    static void stop() throws Exception {
        while (!OPENED.isEmpty()) {
            OPENED.pop().close();
        }
    }

    @TestFactory
    Stream<DynamicTest> pages() {
        return play("/http/web/pages.txt");
    }

    @TestFactory
    Stream<DynamicTest> files() {
        return play("/http/web/files.txt");
    }

    /** What pip, poetry and pdm were seen to send, and what uv sends after its source. */
    @TestFactory
    Stream<DynamicTest> clients() {
        return play("/http/web/clients.txt");
    }

    @TestFactory
    Stream<DynamicTest> refusals() {
        return play("/http/web/refusals.txt");
    }

    @TestFactory
    Stream<DynamicTest> paths() {
        return play("/http/web/paths.txt");
    }

    @Test
    void aCompressedPageIsThePageItself() throws Exception {
        try (RawClient client = new RawClient(port)) {
            byte[] plain = client.get("/simple/many/").body().getBytes(US_ASCII);
            client.send("GET /simple/many/ HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
            byte[] coded = client.bytes(client.head().length());

            assertThat(new GZIPInputStream(new ByteArrayInputStream(coded)).readAllBytes())
                    .isEqualTo(plain);
        }
    }

    @Test
    void everyRepresentationOfAPageHasAnEntityTagOfItsOwn() throws Exception {
        try (RawClient client = new RawClient(port)) {
            Stream<String> tags = Stream.of(
                            "Accept: application/vnd.pypi.simple.v1+json",
                            "Accept: application/vnd.pypi.simple.v1+html",
                            "Accept: text/html",
                            "Accept: application/vnd.pypi.simple.v1+json\r\nAccept-Encoding: gzip",
                            "Accept: application/vnd.pypi.simple.v1+html\r\nAccept-Encoding: gzip",
                            "Accept: text/html\r\nAccept-Encoding: gzip")
                    .map(fields -> tag(client, fields));

            assertThat(tags.toList()).doesNotHaveDuplicates().doesNotContain("");
        }
    }

    @Test
    void anAnswerFromMemoryIsTheOneThatAWorkerGave() throws Exception {
        try (RawClient client = new RawClient(port)) {
            String cold = client.get("/simple/demo/?format=text/html").body();
            String hot = client.get("/simple/demo/?format=text/html").body();

            assertThat(hot).isEqualTo(cold).contains("demo-1.0-py3-none-any.whl");
        }
    }

    @Test
    void aFileThatBecameHotIsStillTheSame() throws Exception {
        try (RawClient client = new RawClient(port)) {
            String cold = client.get("/" + often).body();
            for (int i = 1; i < HotFiles.ASKED; i++) {
                assertThat(client.get("/" + often).body()).isEqualTo(cold);
            }

            assertThat(client.get("/" + often).body()).isEqualTo(cold).isEqualTo("often");
        }
    }

    @Test
    void whatARequestCallsUsIsOnNoPage() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send(String.join(
                    "\r\n",
                    "GET /simple/demo/ HTTP/1.1",
                    "Host: evil.example",
                    "X-Forwarded-Host: evil.example",
                    "X-Forwarded-Proto: gopher",
                    "Forwarded: host=evil.example",
                    "",
                    ""));
            String page = client.body();

            assertThat(client.get("/simple/demo/").body()).isEqualTo(page);
            assertThat(page).contains("demo-1.0-py3-none-any.whl").doesNotContain("evil", "gopher");
        }
    }

    @Test
    void metricsNameWhatWasServed() throws Exception {
        once("simple/demo/");
        try (RawClient client = new RawClient(port)) {
            assertThat(client.get("/-/metrics").body())
                    .contains("assay_lookups_total{kind=\"page\",result=\"fetched\",}");
        }
    }

    private static String tag(RawClient client, String fields) {
        try {
            client.send("GET /simple/many/ HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n");
            RawClient.Head head = client.head();
            client.bytes(head.length());
            return head.field("ETag").orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void once(String path) throws Exception {
        try (RawClient client = new RawClient(port)) {
            assertThat(client.get("/" + path).head().status()).isEqualTo(200);
        }
    }

    private static Stream<DynamicTest> play(String resource) {
        return Transcript.read(resource).stream()
                .map(transcript -> DynamicTest.dynamicTest(transcript.name(), () -> transcript.play(port)));
    }

    private static <T extends AutoCloseable> T own(T resource) {
        OPENED.push(resource);
        return resource;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }
}
