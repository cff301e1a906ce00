package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a good HTTP/2 client gets, and when its streams end. */
@ExtendWith(NoLeaks.class)
final class Http2Test extends Http2TestCase {
    private static final int INTERNAL_ERROR = 2;
    private static final int LARGE = 16 << 20;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void fiftyRequestsAtOnceAreAnsweredOnOneConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        HttpClient client = HttpClient.newBuilder().sslContext(tls.client()).build();
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("https://127.0.0.1:" + server().port() + "/pumped/" + (300_000 + i)))
                    .build();
            answers.add(client.sendAsync(request, BodyHandlers.ofByteArray()));
        }
        for (int i = 0; i < 50; i++) {
            HttpResponse<byte[]> answer = answers.get(i).get();
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.headers().firstValue("content-length")).contains(String.valueOf(300_000 + i));
            assertThat(answer.body()).isEqualTo(PatternBody.expected(300_000 + i));
        }
        for (int i = 0; i < 50; i++) {
            assertThat(ended.take())
                    .matches(heard -> heard.completed() && heard.protocol().equals("HTTP/2"));
        }
    }

    @Test
    void largeBodyInMemoryArrivesWhole() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().get(1, "/memory")) {
            assertThat(client.status(1)).isEqualTo(200);
            assertThat(client.body(1)).isEqualTo(PatternBody.expected(1_000_000));
        }
    }

    @Test
    void bodiesThatWaitForTheConnectionComeInLargeFrames() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect()) {
            for (int i = 0; i < 50; i++) {
                client.get(2 * i + 1, "/pumped/20000");
            }
            int heads = 0;
            int pieces = 0;
            for (int ended = 0; ended < 50; ) {
                Http2Client.Frame frame = client.frame();
                if (frame.type() == Http2Client.HEADERS && ++heads == 50) {
                    // They wait for the 65,535 bytes that the connection's window has until now.
                    client.send(Http2Client.WINDOW_UPDATE, 0, 0, 0x10, 0, 0, 0);
                } else if (frame.type() == Http2Client.DATA) {
                    pieces++;
                    ended += frame.flags() & Http2Client.END_STREAM;
                }
            }
            // Two of at most 16 KiB each, or three where the socket's buffer was full; not twenty.
            assertThat(pieces).isBetween(100, 200);
        }
    }

    @Test
    void headHasNoBytes() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().sendBytes(Http2Client.HEADERS, 5, 1, request("HEAD", "/pumped/1000"))) {
            Http2Client.Frame head = client.await(frame -> frame.is(Http2Client.HEADERS, 1));
            assertThat(head.flags() & Http2Client.END_STREAM).isEqualTo(Http2Client.END_STREAM);
        }
        assertThat(ended.take().completed()).isTrue();
    }

    @Test
    void cutBodyResetsItsStreamAndNoOther() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().get(1, "/cut")) {
            assertThat(client.await(frame -> frame.is(Http2Client.RST_STREAM, 1))
                            .error())
                    .isEqualTo(INTERNAL_ERROR);
            assertThat(ended.take().completed()).isFalse();
            assertThat(client.get(3, "/hello").body(3)).isEqualTo("hello\n".getBytes(US_ASCII));
        }
        assertClosedOnce(bodies.take());
    }

    @Test
    void streamThatItsClientResetsClosesItsBody() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().get(1, "/pumped/" + LARGE)) {
            client.await(frame -> frame.is(Http2Client.DATA, 1));
            client.send(Http2Client.RST_STREAM, 0, 1, 0, 0, 0, 8);
            assertClosedOnce(bodies.take());
            assertThat(ended.take().completed()).isFalse();
            assertThat(client.get(3, "/hello").status(3)).isEqualTo(200);
        }
    }

    @Test
    void streamWhoseClientTakesNothingHoldsNoOther() throws Exception {
        start(ServerOptions.DEFAULTS.withThreads(new ServerOptions.Threads(1, 1, 64)));
        try (Http2Client client = connect()) {
            // The connection's window is wide, each stream's is 65,535 bytes.
            client.send(Http2Client.WINDOW_UPDATE, 0, 0, 0x10, 0, 0, 0);
            for (int stream = 1; stream < 40; stream += 2) {
                client.get(stream, "/pumped/" + LARGE);
            }
            assertThat(client.get(41, "/hello").body(41)).isEqualTo("hello\n".getBytes(US_ASCII));
        }
        for (int i = 0; i < 20; i++) {
            assertClosedOnce(bodies.take());
        }
    }

    @Test
    void streamWhoseClientTakesNothingIsResetAtTheWriteDeadline() throws Exception {
        start(withDeadlines(LONG, LONG, SHORT));
        try (Http2Client client = connect().get(1, "/pumped/" + LARGE)) {
            assertThat(client.await(frame -> frame.is(Http2Client.RST_STREAM, 1))
                            .error())
                    .isEqualTo(INTERNAL_ERROR);
            assertThat(client.get(3, "/status/204").status(3)).isEqualTo(204);
        }
        assertClosedOnce(bodies.take());
    }

    @Test
    void connectionThatAsksForNothingIsClosedAtTheHeadDeadline() throws Exception {
        start(withDeadlines(SHORT, LONG, LONG));
        try (Http2Client client = connect()) {
            assertThat(client.farewell()).contains(0);
        }
    }

    @Test
    void idleConnectionIsClosedAtTheIdleDeadline() throws Exception {
        start(withDeadlines(LONG, SHORT, LONG));
        try (Http2Client client = connect().get(1, "/hello")) {
            assertThat(client.status(1)).isEqualTo(200);
            assertThat(client.farewell()).contains(0);
        }
    }

    @Test
    void drainFinishesTheRunningStreamAndClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().get(1, "/block")) {
            client.await(frame -> frame.is(Http2Client.SETTINGS, 0));
            client.send(Http2Client.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
            client.await(frame -> frame.is(Http2Client.PING, 0));
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(this::drain);
            client.await(frame -> frame.type() == Http2Client.GOAWAY);
            release.countDown();
            assertThat(client.body(1)).isEqualTo("hello\n".getBytes(US_ASCII));
            client.rest();
            assertThat(drained.get()).isTrue();
        }
    }

    private static ServerOptions withDeadlines(Duration head, Duration idle, Duration write) {
        return ServerOptions.DEFAULTS.withDeadlines(
                new ServerOptions.Deadlines(head, idle, write, Duration.ofSeconds(10)));
    }

    private boolean drain() {
        try {
            return server().drain(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertClosedOnce(PatternBody body) {
        HttpServerTest.await(body.closed);
        assertThat(body.closings).hasValue(1);
        assertThat(body.violations).hasValue(0);
    }
}
