package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every transcript against the real server. */
@ExtendWith(NoLeaks.class)
final class TranscriptTest {
    private static HttpServer server;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.start(
                ServerOptions.DEFAULTS,
                TranscriptTest::answer,
                ended -> {},
                () -> Instant.parse("1994-11-06T08:49:37Z"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> refused() {
        return play("/http/server/refused.txt");
    }

    @TestFactory
    Stream<DynamicTest> answered() {
        return play("/http/server/answered.txt");
    }

    @Test
    void requestInSingleBytesIsAnswered() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            for (char c : "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n".toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(client.body()).isEqualTo("hello\n");
        }
    }

    @Test
    void requestIdsDiffer() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            RawClient.Head first = client.get("/status/204").head();
            RawClient.Head second = client.get("/status/204").head();
            assertThat(first.field("X-Request-Id")).isPresent().isNotEqualTo(second.field("X-Request-Id"));
        }
    }

    private static Stream<DynamicTest> play(String resource) {
        return Transcript.read(resource).stream()
                .map(transcript -> DynamicTest.dynamicTest(transcript.name(), () -> transcript.play(server.port())));
    }

    private static Response answer(Request request) {
        String path = request.path();
        if (path.startsWith("/stored/")) {
            return response(200, null, new PatternBody(Long.parseLong(path.substring("/stored/".length()))));
        }
        if (path.startsWith("/status/")) {
            return response(Integer.parseInt(path.substring("/status/".length())), null, text("gone"));
        }
        if (path.startsWith("/echo")) {
            return response(200, null, text(request.method() + " " + path + "?" + request.query()));
        }
        return switch (path) {
            case "/hello" -> response(200, null, text("hello\n"));
            case "/reason" -> response(403, "not signed", text("no"));
            case "/field" ->
                response(200, null, text(request.headers().first("x-field").orElse("-")));
            case "/throw" -> throw new IllegalStateException("a secret");
            default -> response(404, null, BytesBody.EMPTY);
        };
    }

    private static Response response(int status, @Nullable String reason, Body body) {
        return new Response(status, reason, Headers.NONE.with("Content-Type", "text/plain"), body);
    }

    private static BytesBody text(String text) {
        return BytesBody.of(text.getBytes(US_ASCII));
    }
}
