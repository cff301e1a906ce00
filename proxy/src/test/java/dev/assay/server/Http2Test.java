package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 over the real server: what a good client gets, and where a bad one is stopped. */
@ExtendWith(NoLeaks.class)
final class Http2Test {
    private static final int PROTOCOL_ERROR = 1;
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int LARGE = 16 << 20;
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private final BlockingQueue<ExchangeListener.Ended> ended = new LinkedBlockingQueue<>();
    private final BlockingQueue<PatternBody> bodies = new LinkedBlockingQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private TestTls tls;
    private @Nullable HttpServer server;

    @BeforeEach
    void issue() throws IOException {
        tls = TestTls.in(folder);
    }

    @AfterEach
    void stop() {
        release.countDown();
        if (server != null) {
            server.close();
        }
    }

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
    void streamBeyondTheNumberIsRefused() throws Exception {
        start(withStreams(2));
        try (Http2Client client = connect()) {
            client.await(frame -> frame.type() == Http2Client.SETTINGS && (frame.flags() & 1) == 0);
            client.send(Http2Client.SETTINGS, 1, 0)
                    .get(1, "/park")
                    .get(3, "/park")
                    .get(5, "/park");
            assertThat(client.await(frame -> frame.is(Http2Client.RST_STREAM, 5))
                            .error())
                    .isEqualTo(REFUSED_STREAM);
        }
    }

    @Test
    void rapidResetClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect()) {
            assertThat(flood(
                            client,
                            i -> client.get(2 * i + 1, "/park").send(Http2Client.RST_STREAM, 0, 2 * i + 1, 0, 0, 0, 8)))
                    .contains(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void floodOfContinuationClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect()) {
            client.sendBytes(Http2Client.HEADERS, Http2Client.END_STREAM, 1, request("GET", "/hello"));
            byte[] more = Http2Client.fields("x", "y");
            assertThat(flood(client, i -> client.sendBytes(Http2Client.CONTINUATION, 0, 1, more)))
                    .contains(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void floodOfPingsClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect()) {
            assertThat(flood(client, i -> client.send(Http2Client.PING, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)))
                    .contains(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void floodOfSettingsClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect()) {
            assertThat(flood(client, i -> client.send(Http2Client.SETTINGS, 0, 0)))
                    .contains(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void longHeadIs431() throws Exception {
        assertThat(statusOf(with("x-a", "a".repeat(8000), "x-b", "a".repeat(8000), "x-c", "a".repeat(300))))
                .isEqualTo(431);
    }

    @Test
    void oneFieldTooManyIs431() throws Exception {
        String[] many = new String[2 * 65];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x";
            many[i + 1] = "y";
        }
        assertThat(statusOf(with(many))).isEqualTo(431);
    }

    @Test
    void longPathIs414() throws Exception {
        assertThat(statusOf(request("GET", "/" + "a".repeat(9000)))).isEqualTo(414);
    }

    @Test
    void dotSegmentIsRefused() throws Exception {
        assertThat(statusOf(request("GET", "/packages/../simple/"))).isEqualTo(400);
    }

    @Test
    void byteAboveAsciiInAFieldIsRefused() throws Exception {
        byte[] block = with("x-a", "aXb");
        block[block.length - 2] = (byte) 0xE4;
        assertThat(statusOf(block)).isEqualTo(400);
    }

    @Test
    void requestWithoutAnAuthorityIsRefused() throws Exception {
        assertThat(statusOf(Http2Client.fields(":method", "GET", ":scheme", "https", ":path", "/hello")))
                .isEqualTo(400);
    }

    @Test
    void hostThatIsNotTheAuthorityIsRefused() throws Exception {
        assertThat(statusOf(with("host", "b"))).isEqualTo(400);
    }

    @Test
    void authorityWithUserinfoIsRefused() throws Exception {
        assertThat(statusOf(Http2Client.fields(
                        ":method", "GET", ":scheme", "https", ":path", "/hello", ":authority", "u@a")))
                .isEqualTo(400);
    }

    @Test
    void connectIsRefused() throws Exception {
        assertThat(errorOf(5, Http2Client.fields(":method", "CONNECT", ":authority", "a:80")))
                .isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void bodyOnGetIsRefusedAndNotReadOn() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client =
                connect().sendBytes(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, request("GET", "/hello"))) {
            assertThat(client.status(1)).isEqualTo(400);
            assertThat(client.await(frame -> frame.is(Http2Client.RST_STREAM, 1))
                            .error())
                    .isZero();
        }
    }

    @Test
    void bodyOnPostIs413() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client =
                connect().sendBytes(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, request("POST", "/hello"))) {
            assertThat(client.status(1)).isEqualTo(413);
        }
    }

    @Test
    void capitalInANameIsAProtocolError() throws Exception {
        assertThat(errorOf(5, with("X-A", "b"))).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void fieldOfAConnectionIsAProtocolError() throws Exception {
        assertThat(errorOf(5, with("transfer-encoding", "chunked"))).isEqualTo(PROTOCOL_ERROR);
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

    /** Sends one frame after the other until the server closes the connection, and says with which error. */
    private static Optional<Integer> flood(Http2Client client, Sender sender) throws IOException {
        for (int i = 0; i < 2_000; i++) {
            try {
                sender.send(i);
            } catch (SocketException closed) {
                break;
            }
        }
        return client.farewell();
    }

    private interface Sender {
        void send(int number) throws IOException;
    }

    private int statusOf(byte[] block) throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().sendBytes(Http2Client.HEADERS, 5, 1, block)) {
            return client.status(1);
        }
    }

    private int errorOf(int flags, byte[] block) throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().sendBytes(Http2Client.HEADERS, flags, 1, block)) {
            return client.await(frame -> frame.is(Http2Client.RST_STREAM, 1)).error();
        }
    }

    private static byte[] request(String method, String path) {
        return Http2Client.fields(":method", method, ":scheme", "https", ":path", path, ":authority", "a");
    }

    private static byte[] with(String... fields) {
        List<String> all =
                new ArrayList<>(List.of(":method", "GET", ":scheme", "https", ":path", "/hello", ":authority", "a"));
        all.addAll(List.of(fields));
        return Http2Client.fields(all.toArray(String[]::new));
    }

    private static ServerOptions withStreams(int streams) {
        ServerOptions.Limits limits = ServerOptions.Limits.DEFAULTS;
        return ServerOptions.DEFAULTS.withLimits(new ServerOptions.Limits(
                limits.connections(),
                limits.connectionsPerAddress(),
                limits.requestsPerAddress(),
                limits.headBytes(),
                limits.lineBytes(),
                limits.fields(),
                streams));
    }

    private static ServerOptions withDeadlines(Duration head, Duration idle, Duration write) {
        return ServerOptions.DEFAULTS.withDeadlines(
                new ServerOptions.Deadlines(head, idle, write, Duration.ofSeconds(10)));
    }

    private void start(ServerOptions options) throws IOException {
        server = HttpServer.start(options.withTls(tls.options()), this::answer, ended::add, InstantSource.system());
    }

    private Reply answer(Request request) {
        String path = request.path();
        if (path.startsWith("/pumped/")) {
            return response(new PatternBody(Long.parseLong(path.substring("/pumped/".length()))));
        }
        return switch (path) {
            case "/memory" -> response(BytesBody.hot(PatternBody.expected(1_000_000)));
            case "/cut" ->
                response(new PatternBody(100_000) {
                    @Override
                    long available(long position) throws BodyCutException {
                        if (position >= 60_000) {
                            throw new BodyCutException("the hash differs");
                        }
                        return 60_000;
                    }
                });
            case "/park" -> new Parked(wake -> {});
            case "/status/204" -> new Response(204, null, Headers.NONE, BytesBody.EMPTY);
            case "/block" -> {
                HttpServerTest.await(release);
                yield response(BytesBody.of("hello\n".getBytes(US_ASCII)));
            }
            default -> response(BytesBody.of("hello\n".getBytes(US_ASCII)));
        };
    }

    private Response response(Body body) {
        if (body instanceof PatternBody pattern) {
            bodies.add(pattern);
        }
        return new Response(200, null, Headers.NONE, body);
    }

    private Http2Client connect() throws Exception {
        return Http2Client.connect(tls, server().port());
    }

    private HttpServer server() {
        return Objects.requireNonNull(server);
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
