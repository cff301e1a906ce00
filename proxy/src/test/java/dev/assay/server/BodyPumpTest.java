package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.store.FileParts;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Bodies that are not in memory, on the way through the real server with one worker. */
@ExtendWith(NoLeaks.class)
final class BodyPumpTest {
    private static final int LARGE = 64 << 20;

    private static final Duration SHORT = Duration.ofMillis(200);

    private final Map<String, Body> served = new ConcurrentHashMap<>();
    private final BlockingQueue<ExchangeListener.Ended> ended = new LinkedBlockingQueue<>();
    private @Nullable HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void bodyArrivesWholeAndIsClosedOnce() throws Exception {
        PatternBody body = new PatternBody(5_000_000);
        try (RawClient client = client(body)) {
            assertThat(client.bytes(client.head().length())).isEqualTo(PatternBody.expected(5_000_000));
        }
        assertClosedOnce(body);
    }

    @Test
    void fileArrivesInItsOrderBehindWhatWasReadAndIsClosed(@TempDir Path folder) throws Exception {
        FileBody body = new FileBody(folder, 20_000_000, 2 << 20);
        try (RawClient client = client(body)) {
            assertThat(client.bytes(client.head().length())).isEqualTo(PatternBody.expected(20_000_000));
        }
        assertThat(ended.take().bodyBytes()).isEqualTo(20_000_000);
        assertClosedOnce(body);
        HttpServerTest.await(body.fileClosed);
    }

    @Test
    void fileIsClosedWhenTheClientLeaves(@TempDir Path folder) throws Exception {
        FileBody body = new FileBody(folder, LARGE, 0);
        try (RawClient client = client(body)) {
            assertThat(client.bytes(10)).hasSize(10);
        }
        assertThat(ended.take().completed()).isFalse();
        assertClosedOnce(body);
        HttpServerTest.await(body.fileClosed);
    }

    /** Lies in a file, in parts with a gap between them; the first bytes have to be read all the same. */
    private static final class FileBody extends PatternBody {
        private static final int PART = 700_000;
        private static final int GAP = 30;

        final CountDownLatch fileClosed = new CountDownLatch(1);
        private final FileChannel channel;
        private final int read;

        FileBody(Path folder, int length, int read) throws IOException {
            super(length);
            this.read = read;
            byte[] content = PatternBody.expected(length);
            Path file = folder.resolve("body");
            try (OutputStream out = Files.newOutputStream(file)) {
                for (int at = 0; at < length; at += PART) {
                    out.write(content, at, Math.min(PART, length - at));
                    out.write(new byte[GAP]);
                }
            }
            channel = FileChannel.open(file);
        }

        @Override
        public Optional<FileParts> file(long position) {
            return position < read
                    ? Optional.empty()
                    : Optional.of(new FileParts(
                            channel, length() - position, from -> part(position + from), fileClosed::countDown));
        }

        private FileParts.Part part(long at) {
            int count = (int) Math.min(length() - at, PART - at % PART);
            return new FileParts.Part(at + at / PART * GAP, count);
        }
    }

    @Test
    void headRequestClosesTheBodyUnread() throws Exception {
        PatternBody body = new PatternBody(LARGE);
        try (RawClient client = request("HEAD", body)) {
            assertThat(client.head().length()).isEqualTo(LARGE);
        }
        assertClosedOnce(body);
    }

    @Test
    void cutBodyClosesTheConnectionWithoutCompleting() throws Exception {
        PatternBody body = new PatternBody(1_000_000) {
            @Override
            long available(long position) throws BodyCutException {
                if (position >= 600_000) {
                    throw new BodyCutException("the hash differs");
                }
                return 600_000;
            }
        };
        try (RawClient client = client(body)) {
            assertThat(client.rest().length).isLessThan(1_000_000);
        }
        assertThat(ended.take().completed()).isFalse();
        assertClosedOnce(body);
    }

    @Test
    void bodyThatIsCutBeforeItsFirstByteIsAskedForAgain() throws Exception {
        PatternBody cut = new PatternBody(100_000) {
            @Override
            long available(long position) throws BodyCutException {
                throw new BodyCutException("the hash differs");
            }
        };
        PatternBody whole = new PatternBody(100_000);
        Iterator<Body> bodies = List.<Body>of(cut, whole).iterator();
        serve(Duration.ofSeconds(60), request -> bodies.next());
        try (RawClient client = new RawClient(port()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(client.bytes(client.head().length())).isEqualTo(PatternBody.expected(100_000));
        }
        assertThat(ended.take().completed()).isTrue();
        assertClosedOnce(cut);
        assertClosedOnce(whole);
    }

    @Test
    void bodyThatFailsAtOnceIsAnError() throws Exception {
        PatternBody body = new PatternBody(100_000) {
            @Override
            long available(long position) {
                throw new IllegalStateException("the disk is gone");
            }
        };
        try (RawClient client = client(body)) {
            assertThat(client.head().status()).isEqualTo(500);
        }
        assertClosedOnce(body);
    }

    @Test
    void bodyShorterThanItsLengthIsCutAndNotPadded() throws Exception {
        PatternBody body = new PatternBody(100_000) {
            @Override
            long available(long position) {
                return 70_000;
            }
        };
        try (RawClient client = client(body)) {
            assertThat(client.head().length()).isEqualTo(100_000);
            assertThat(client.rest()).hasSizeLessThanOrEqualTo(70_000);
        }
        assertClosedOnce(body);
    }

    @Test
    void bodyThatClaimsBytesItDidNotGiveIsAnError() throws Exception {
        PatternBody body = new PatternBody(100_000) {
            @Override
            public int read(long position, ByteBuffer into) {
                return 1000;
            }
        };
        try (RawClient client = client(body)) {
            assertThat(client.head().status()).isEqualTo(500);
        }
        assertClosedOnce(body);
    }

    @Test
    void bodyWithNothingYetHoldsNoWorkerAndGoesOnWhenWoken() throws Exception {
        StagedBody body = new StagedBody(10_000);
        try (RawClient waiting = client(body)) {
            assertThat(waiting.head().length()).isEqualTo(10_000);
            Runnable firstWake = body.wakeUps.take();
            assertThat(get(new PatternBody(1000))).isEqualTo(PatternBody.expected(1000));
            body.staged = 4_000;
            firstWake.run();
            assertThat(waiting.bytes(4_000)).hasSize(4_000);
            Runnable secondWake = body.wakeUps.take();
            body.staged = 10_000;
            secondWake.run();
            assertThat(waiting.bytes(6_000)).hasSize(6_000);
        }
        assertClosedOnce(body);
    }

    @Test
    void bodyThatWaitsIsClosedWhenItsClientLeaves() throws Exception {
        StagedBody body = new StagedBody(10_000);
        RawClient waiting = client(body);
        Runnable wake = body.wakeUps.take();
        waiting.close();
        assertClosedOnce(body);
        wake.run();
        assertThat(body.closings).hasValue(1);
    }

    @Test
    void slowClientsHoldNoWorker() throws Exception {
        List<PatternBody> bodies = new CopyOnWriteArrayList<>();
        List<RawClient> slow = new ArrayList<>();
        serve(Duration.ofSeconds(60), request -> {
            PatternBody body = new PatternBody(request.path().equals("/large") ? LARGE : 100_000);
            bodies.add(body);
            return body;
        });
        for (int i = 0; i < 20; i++) {
            RawClient client = RawClient.slow(port()).get("/large");
            client.head();
            slow.add(client);
        }
        try (RawClient healthy = new RawClient(port()).get("/small")) {
            assertThat(healthy.bytes(healthy.head().length())).hasSize(100_000);
        }
        for (RawClient client : slow) {
            client.close();
        }
        for (PatternBody body : bodies) {
            assertClosedOnce(body);
        }
    }

    @Test
    void clientThatTakesNothingIsCutAtTheWriteDeadline() throws Exception {
        PatternBody body = new PatternBody(LARGE);
        serve(SHORT, request -> body);
        try (RawClient stalled = RawClient.slow(port()).get("/")) {
            assertClosedOnce(body);
            assertThat(ended.take().completed()).isFalse();
            assertThat(stalled.restLength()).isLessThan(LARGE);
        }
    }

    @Test
    void largeBodyInMemoryIsCutAtTheWriteDeadlineToo() throws Exception {
        BytesBody body = BytesBody.of(new byte[LARGE]);
        serve(SHORT, request -> body);
        try (RawClient stalled = RawClient.slow(port()).get("/")) {
            ExchangeListener.Ended cut = ended.take();
            assertThat(cut.completed()).isFalse();
            assertThat(cut.bodyBytes()).isPositive().isLessThan(LARGE);
            assertThat(stalled.restLength()).isLessThan(LARGE);
        }
    }

    @Test
    void hotBodyArrivesWhole() throws Exception {
        assertThat(get(BytesBody.hot(PatternBody.expected(1_000_000)))).isEqualTo(PatternBody.expected(1_000_000));
    }

    @Test
    void drainClosesTheBodiesThatItCuts() throws Exception {
        StagedBody body = new StagedBody(10_000);
        try (RawClient waiting = client(body)) {
            body.wakeUps.take();
            assertThat(Objects.requireNonNull(server).drain(Duration.ofMillis(50)))
                    .isFalse();
            assertThatThrownBy(() -> waiting.bytes(waiting.head().length())).isInstanceOf(EOFException.class);
        }
        assertClosedOnce(body);
    }

    private static void assertClosedOnce(PatternBody body) {
        HttpServerTest.await(body.closed);
        assertThat(body.closings).hasValue(1);
        assertThat(body.violations)
                .as("reads by two, on a loop, or after closing")
                .hasValue(0);
    }

    private byte[] get(Body body) throws IOException {
        try (RawClient client = client(body)) {
            return client.bytes(client.head().length());
        }
    }

    private RawClient client(Body body) throws IOException {
        return request("GET", body);
    }

    /** Asks for a body, on a connection of its own; the first starts the server. */
    private RawClient request(String method, Body body) throws IOException {
        String path = "/" + served.size();
        served.put(path, body);
        if (server == null) {
            serve(Duration.ofSeconds(60), request -> Objects.requireNonNull(served.get(request.path())));
        }
        return new RawClient(port()).send(method + " " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    private void serve(Duration writeDeadline, Function<Request, Body> bodies) throws IOException {
        ServerOptions options = ServerOptions.DEFAULTS
                .withThreads(new ServerOptions.Threads(1, 1, 64))
                .withDeadlines(new ServerOptions.Deadlines(
                        Duration.ofSeconds(60), Duration.ofSeconds(60), writeDeadline, Duration.ofSeconds(10)));
        server = HttpServer.start(
                options,
                request -> new Response(200, null, Headers.NONE, bodies.apply(request)),
                ended::add,
                InstantSource.system());
    }

    private int port() {
        return Objects.requireNonNull(server).port();
    }

    /** A body that can be read as far as a test says, and keeps the wake-ups for it. */
    private static final class StagedBody extends PatternBody {
        private final BlockingQueue<Runnable> wakeUps = new LinkedBlockingQueue<>();
        private volatile long staged;

        StagedBody(long length) {
            super(length);
        }

        @Override
        long available(long position) {
            return staged;
        }

        @Override
        public void onReadable(long position, Runnable wake) {
            wakeUps.add(wake);
        }
    }
}
