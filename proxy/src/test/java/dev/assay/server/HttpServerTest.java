package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Threads, limits and deadlines of the real server. */
@ExtendWith(NoLeaks.class)
final class HttpServerTest {
    private static final Response HELLO =
            new Response(200, null, Headers.NONE, BytesBody.of("hello\n".getBytes(US_ASCII)));
    private static final Duration SHORT = Duration.ofMillis(150);

    private final BlockingQueue<ExchangeListener.Ended> ended = new LinkedBlockingQueue<>();
    private @Nullable HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void fullQueueIs503WithRetryAfter() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        int port = start(options().withThreads(new ServerOptions.Threads(1, 1, 0)), request -> {
            working.countDown();
            await(release);
            return HELLO;
        });
        try (RawClient first = new RawClient(port).get("/");
                RawClient second = new RawClient(port)) {
            await(working);
            RawClient.Head refused = second.get("/").head();
            release.countDown();
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("Retry-After")).contains("1");
            assertThat(first.body()).isEqualTo("hello\n");
        }
    }

    @Test
    void answerInMemoryNeedsNoWorker() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        int port = start(options().withThreads(new ServerOptions.Threads(1, 1, 0)), new Handler() {
            @Override
            public Reply handle(Request request) {
                working.countDown();
                await(release);
                return HELLO;
            }

            @Override
            public Optional<Response> answerInMemory(Request request) {
                return request.path().equals("/hot") ? Optional.of(HELLO) : Optional.empty();
            }
        });
        try (RawClient first = new RawClient(port).get("/cold");
                RawClient second = new RawClient(port).get("/hot")) {
            await(working);
            assertThat(second.body()).isEqualTo("hello\n");
            release.countDown();
            assertThat(first.body()).isEqualTo("hello\n");
        }
    }

    @Test
    void parkedRequestHoldsNoWorkerAndIsAskedAgain() throws Exception {
        BlockingQueue<Runnable> wakeUps = new ArrayBlockingQueue<>(1);
        AtomicInteger asked = new AtomicInteger();
        // The other may come before the worker has left the parked one: so it may wait for the worker, but for no
        // other.
        int port = start(options().withThreads(new ServerOptions.Threads(1, 1, 1)), request -> {
            boolean parks = request.path().equals("/park") && asked.incrementAndGet() == 1;
            return parks ? new Parked(wakeUps::add) : HELLO;
        });
        try (RawClient parked = new RawClient(port).get("/park");
                RawClient other = new RawClient(port)) {
            Runnable wake = wakeUps.take();
            assertThat(other.get("/").body()).isEqualTo("hello\n");
            wake.run();
            assertThat(parked.body()).isEqualTo("hello\n");
        }
    }

    @Test
    void secondWakeUpOfTheSameParkingIsIgnored() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        int port = start(options(), request -> {
            if (asked.incrementAndGet() > 1) {
                return HELLO;
            }
            return new Parked(wake -> {
                wake.run();
                wake.run();
            });
        });
        try (RawClient client = new RawClient(port).get("/")) {
            assertThat(client.body()).isEqualTo("hello\n");
        }
        server().close();
        assertThat(asked).hasValue(2);
    }

    @Test
    void parkedRequestIsDroppedWhenItsClientLeaves() throws Exception {
        BlockingQueue<Runnable> wakeUps = new ArrayBlockingQueue<>(1);
        AtomicInteger asked = new AtomicInteger();
        int port = start(options(), request -> {
            asked.incrementAndGet();
            return new Parked(wakeUps::add);
        });
        Runnable wake;
        try (RawClient client = new RawClient(port).get("/")) {
            // A client that leaves sooner may find its request not yet parked.
            wake = wakeUps.take();
        }
        ExchangeListener.Ended left = ended.take();
        wake.run();
        server().close();
        assertThat(asked).hasValue(1);
        assertThat(left.completed()).isFalse();
        assertThat(left.status()).isZero();
    }

    @Test
    void drainFinishesTheRunningExchangeAndRefusesNewConnections() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        int port = start(options(), request -> {
            working.countDown();
            await(release);
            return HELLO;
        });
        try (RawClient idle = new RawClient(port);
                RawClient busy = new RawClient(port).get("/")) {
            await(working);
            CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> drain(Duration.ofSeconds(10)));
            assertThat(idle.rest()).isEmpty();
            assertThatThrownBy(() -> new RawClient(port)).isInstanceOf(ConnectException.class);
            release.countDown();
            RawClient.Head head = busy.head();
            assertThat(head.field("Connection")).contains("close");
            assertThat(new String(busy.rest(), US_ASCII)).isEqualTo("hello\n");
            busy.close();
            assertThat(drained.get(10, SECONDS)).isTrue();
        }
    }

    @Test
    void drainCutsWhatRunsAfterTheLimit() throws Exception {
        CountDownLatch parked = new CountDownLatch(1);
        int port = start(options(), request -> new Parked(wake -> parked.countDown()));
        try (RawClient client = new RawClient(port).get("/")) {
            await(parked);
            assertThat(drain(SHORT)).isFalse();
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void headThatIsNotWholeByTheDeadlineIs408() throws Exception {
        int port = start(withDeadlines(SHORT, Duration.ofSeconds(60)), request -> HELLO);
        try (RawClient client = new RawClient(port).send("GET / HTTP/1.1\r\nHo")) {
            assertThat(client.head().status()).isEqualTo(408);
            assertThat(ended.take().status()).isEqualTo(408);
        }
    }

    @Test
    void laterHeadHasTheDeadlineToo() throws Exception {
        int port = start(withDeadlines(SHORT, Duration.ofSeconds(60)), request -> HELLO);
        try (RawClient client = new RawClient(port).get("/")) {
            assertThat(client.body()).isEqualTo("hello\n");
            client.send("GET / HTTP/1.1\r\nHo");
            assertThat(client.head().status()).isEqualTo(408);
        }
    }

    @Test
    void connectionThatSendsNothingIsClosedAtTheHeadDeadline() throws Exception {
        int port = start(withDeadlines(SHORT, Duration.ofSeconds(60)), request -> HELLO);
        try (RawClient client = new RawClient(port)) {
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void idleConnectionIsClosedAtTheIdleDeadline() throws Exception {
        int port = start(withDeadlines(Duration.ofSeconds(60), SHORT), request -> HELLO);
        try (RawClient client = new RawClient(port).get("/")) {
            assertThat(client.body()).isEqualTo("hello\n");
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void connectionBeyondTheNumberPerAddressIsClosed() throws Exception {
        int port =
                start(options().withLimits(new ServerOptions.Limits(10, 1, 10, 4096, 1024, 32, 100)), request -> HELLO);
        try (RawClient first = new RawClient(port).get("/")) {
            assertThat(first.body()).isEqualTo("hello\n");
            try (RawClient second = new RawClient(port)) {
                assertThat(second.rest()).isEmpty();
            }
            assertThat(first.get("/").body()).isEqualTo("hello\n");
        }
    }

    @Test
    void requestBeyondTheNumberPerAddressIs429AndTheConnectionGoesOn() throws Exception {
        CountDownLatch parked = new CountDownLatch(1);
        ServerOptions.Limits limits = new ServerOptions.Limits(10, 10, 1, 4096, 1024, 32, 100);
        int port = start(
                options().withLimits(limits),
                request -> request.path().equals("/park") ? new Parked(wake -> parked.countDown()) : HELLO);
        try (RawClient first = new RawClient(port).get("/park");
                RawClient second = new RawClient(port)) {
            await(parked);
            RawClient.Head refused = second.get("/").head();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.field("Retry-After")).contains("1");
            second.bytes(refused.length());
            first.close();
            ended.take();
            ended.take();
            assertThat(second.get("/").body()).isEqualTo("hello\n");
        }
    }

    @Test
    void connectionBeyondTheTotalIsClosed() throws Exception {
        int port =
                start(options().withLimits(new ServerOptions.Limits(1, 10, 10, 4096, 1024, 32, 100)), request -> HELLO);
        try (RawClient first = new RawClient(port).get("/")) {
            assertThat(first.body()).isEqualTo("hello\n");
            try (RawClient second = new RawClient(port)) {
                assertThat(second.rest()).isEmpty();
            }
        }
    }

    @Test
    void longRequestLineIs414() throws Exception {
        assertThat(statusOf("GET /" + "a".repeat(1024) + " HTTP/1.1\r\nHost: a\r\n\r\n"))
                .isEqualTo(414);
    }

    @Test
    void longFieldIs431() throws Exception {
        assertThat(statusOf("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(1024) + "\r\n\r\n"))
                .isEqualTo(431);
    }

    @Test
    void longHeadIs431() throws Exception {
        assertThat(statusOf("GET / HTTP/1.1\r\nHost: a\r\n" + ("X: " + "a".repeat(900) + "\r\n").repeat(5) + "\r\n"))
                .isEqualTo(431);
    }

    @Test
    void oneFieldTooManyIs431() throws Exception {
        assertThat(statusOf("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(32) + "\r\n"))
                .isEqualTo(431);
    }

    @Test
    void asManyFieldsAsAllowedAreTaken() throws Exception {
        assertThat(statusOf("GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(31) + "\r\n"))
                .isEqualTo(200);
    }

    @Test
    void refusalReachesAClientThatGoesOnSending() throws Exception {
        assertThat(statusOf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + "x".repeat(500_000)))
                .isEqualTo(413);
    }

    @Test
    void listenerHearsHowAnExchangeWent() throws Exception {
        int port = start(options(), request -> HELLO);
        try (RawClient client = new RawClient(port).get("/a?b")) {
            RawClient.Head head = client.head();
            ExchangeListener.Ended heard = ended.take();
            assertThat(heard.id()).isEqualTo(head.field("X-Request-Id").orElseThrow());
            assertThat(heard.method()).isEqualTo("GET");
            assertThat(heard.path()).isEqualTo("/a");
            assertThat(heard.status()).isEqualTo(200);
            assertThat(heard.bodyBytes()).isEqualTo(6);
            assertThat(heard.completed()).isTrue();
        }
    }

    @Test
    void listenerHearsOfRefusals() throws Exception {
        int port = start(options(), request -> HELLO);
        try (RawClient client = new RawClient(port).send("nonsense\r\n")) {
            assertThat(client.head().status()).isEqualTo(400);
            assertThat(ended.take().path()).isEqualTo("-");
        }
    }

    @Test
    void busyPortIsNamed() throws Exception {
        int port = start(options(), request -> HELLO);
        assertThatThrownBy(() -> start(options().withListen("127.0.0.1", port), request -> HELLO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("listen: 127.0.0.1:" + port + " is in use");
    }

    @Test
    void unknownHostToListenOnIsNamed() {
        assertThatThrownBy(() -> start(options().withListen("host.invalid", 0), request -> HELLO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("listen: host.invalid:0");
    }

    private static ServerOptions options() {
        return ServerOptions.DEFAULTS;
    }

    private static ServerOptions withDeadlines(Duration head, Duration idle) {
        return options()
                .withDeadlines(new ServerOptions.Deadlines(head, idle, Duration.ofSeconds(60), Duration.ofSeconds(10)));
    }

    private int statusOf(String request) throws IOException {
        int port = start(options().withLimits(new ServerOptions.Limits(10, 10, 10, 4096, 1024, 32, 100)), r -> HELLO);
        try (RawClient client = new RawClient(port).send(request)) {
            return client.head().status();
        }
    }

    private int start(ServerOptions options, Handler handler) throws IOException {
        HttpServer started = HttpServer.start(options, handler, ended::add, InstantSource.system());
        server = started;
        return started.port();
    }

    private HttpServer server() {
        return Objects.requireNonNull(server);
    }

    private boolean drain(Duration limit) {
        try {
            return server().drain(limit);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
