package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies: whole ones, and all the ways in which they fail to be. */
class DownloadTest extends UpstreamTestCase {
    @Test
    void aBodyOfTheClaimedLengthIsReadWhole() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello"));

        try (Download download = clientFor(server).open(server.url("/"), 5)) {
            assertThat(download.contentLength()).hasValue(5);
            assertThat(readAll(download)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        }
    }

    @Test
    void bytesBehindTheClaimedLengthAreNotRead() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello and more"));

        assertThat(download(clientFor(server), server.url("/"), MAX_BYTES))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("hello");
    }

    @Test
    void anEmptyBodyEndsAtOnce() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 0", "", ""));

        assertThat(download(clientFor(server), server.url("/"), 0)).isEmpty();
    }

    @Test
    void aChunkedBodyHasNoClaimedLength() throws Exception {
        RawServer server = closing(
                RawServer.sending("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "hello", "0", "", ""));

        try (Download download = clientFor(server).open(server.url("/"), 5)) {
            assertThat(download.contentLength()).isEmpty();
            assertThat(readAll(download)).hasSize(5);
        }
    }

    @Test
    void aLongerClaimedLengthIsTooLargeAtOnce() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 6", "", ""));

        refused(Kind.TOO_LARGE, () -> clientFor(server).open(server.url("/"), 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 50", "Transfer-Encoding: chunked\r\n\r\n32"})
    void aBodyThatEndsEarlyIsCut(String head) throws Exception {
        String end = head.startsWith("Transfer") ? "\r\n" : "\r\n\r\n";
        RawServer server = closing(RawServer.sendingThenClosing("HTTP/1.1 200 OK\r\n" + head + end + "hello"));

        refused(Kind.CUT, () -> download(clientFor(server), server.url("/"), MAX_BYTES));
        refused(Kind.CUT, () -> fetchText(clientFor(server), server.url("/")));
    }

    @Test
    void aResetWithinTheBodyIsCut() throws Exception {
        CountDownLatch headRead = new CountDownLatch(1);
        RawServer server = closing(new RawServer((request, socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            await(headRead);
            socket.setSoLinger(true, 0);
            socket.close();
        }));

        try (Download download = clientFor(server).open(server.url("/"), MAX_BYTES)) {
            headRead.countDown();
            refused(Kind.CUT, () -> readAll(download));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Transfer-Encoding: chunked\r\n"})
    void anEndlessBodyIsTooLargeAsSoonAsItPassesTheLimit(String framing) throws Exception {
        byte[] chunk = framing.isEmpty()
                ? new byte[1000]
                : ("64\r\n" + "x".repeat(100) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        RawServer server = closing(new RawServer((request, socket, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + framing + "\r\n").getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(chunk);
            }
        }));

        refused(Kind.TOO_LARGE, () -> download(clientFor(server), server.url("/"), 100_000));
        refused(Kind.TOO_LARGE, () -> clientFor(server).fetch(server.url("/"), 100_000, "text/html"));
    }

    @Test
    void aBodyThatStopsIsTooSlow() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 50", "", "hello"));
        UpstreamClient client = client(server, 0, Duration.ofMillis(100), Duration.ofSeconds(15));

        UpstreamException failure = refused(Kind.TOO_SLOW, () -> download(client, server.url("/"), MAX_BYTES));

        assertThat(failure).hasMessageContaining("after 5 of 50 bytes");
    }

    @Test
    void aDripBelowTheMinimumRateIsTooSlowThoughItNeverStops() throws Exception {
        RawServer server = closing(new RawServer(DownloadTest::drip));
        UpstreamClient client = client(server, 10_000, Duration.ofMillis(100), Duration.ofSeconds(15));

        UpstreamException failure = refused(Kind.TOO_SLOW, () -> download(client, server.url("/"), MAX_BYTES));

        assertThat(failure).hasMessageContaining("below 10000 bytes per second");
    }

    @Test
    void theTotalDeadlineEndsADripThatKeepsTheRate() throws Exception {
        RawServer server = closing(new RawServer(DownloadTest::drip));
        UpstreamClient client = client(server, 0, Duration.ofSeconds(15), Duration.ofMillis(300));

        UpstreamException failure = refused(Kind.TOO_SLOW, () -> download(client, server.url("/"), MAX_BYTES));

        assertThat(failure).hasMessageContaining("the total of PT0.3S is over");
    }

    @Test
    void closingFromAnotherThreadCutsABlockedRead() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 50", "", "hello"));
        Download download = clientFor(server).open(server.url("/"), MAX_BYTES);
        CountDownLatch firstBytes = new CountDownLatch(1);

        CompletableFuture<UpstreamException> reader = CompletableFuture.supplyAsync(() -> refused(Kind.CUT, () -> {
            byte[] chunk = new byte[5];
            while (true) {
                download.read(chunk, 0, 5);
                firstBytes.countDown();
            }
        }));
        firstBytes.await();
        download.close();

        assertThat(reader.get(10, TimeUnit.SECONDS)).hasMessageContaining("closed on our side");
    }

    @Test
    void closingTheClientCutsItsTransfers() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 50", "", "hello"));
        UpstreamClient client = clientFor(server);
        try (Download download = client.open(server.url("/"), MAX_BYTES)) {
            client.close();

            refused(Kind.CUT, () -> readAll(download));
        }
    }

    @Test
    void anAbandonedBodyIsCutAndNotDrained() throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        RawServer server = closing(new RawServer((request, socket, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 40) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            long count = 0;
            try {
                while (true) {
                    out.write(new byte[1 << 16]);
                    count += 1 << 16;
                }
            } catch (IOException e) {
                sent.complete(count);
            }
        }));

        Download download = clientFor(server).open(server.url("/"), 1L << 40);
        download.close();

        // What the sockets' buffers hold was sent before the cut; the body itself is a terabyte.
        assertThat(sent.get(10, TimeUnit.SECONDS)).isLessThan(64L << 20);
    }

    @Test
    void whatHasArrivedIsTakenAtOnce() throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        RawServer server = closing(new RawServer((request, socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[50_000]);
            out.flush();
            sent.countDown();
        }));

        try (Download download = clientFor(server).open(server.url("/"), MAX_BYTES)) {
            await(sent);

            // The last piece of the library's 8 KiB may be left: with less at hand, it could have to wait.
            assertThat(download.read(new byte[60_000], 0, 60_000)).isBetween(50_000 - (8 << 10), 50_000);
        }
    }

    @Test
    void aConnectionIsReusedAfterAWholeBody() throws Exception {
        List<Integer> ports = new java.util.concurrent.CopyOnWriteArrayList<>();
        RawServer server = closing(new RawServer((request, socket, out) -> {
            ports.add(socket.getPort());
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
        }));
        UpstreamClient client = clientFor(server);

        for (int i = 0; i < 3; i++) {
            download(client, server.url("/"), MAX_BYTES);
        }

        assertThat(ports).hasSize(3).containsOnly(ports.get(0));
    }

    @Test
    void waitingOnOurSideIsNotHeldAgainstTheUpstream() {
        Pace pace = new Pace(1000, Duration.ofSeconds(1));

        assertThat(pace.keeps(TimeUnit.MILLISECONDS.toNanos(999), 0)).isTrue();
        assertThat(pace.keeps(TimeUnit.MILLISECONDS.toNanos(1), 1000)).isTrue();
        assertThat(pace.keeps(TimeUnit.MILLISECONDS.toNanos(1000), 999)).isFalse();
    }

    private UpstreamClient client(RawServer server, long minBytesPerSecond, Duration rateWindow, Duration total) {
        Duration ample = Duration.ofSeconds(15);
        return closing(new UpstreamClient(new UpstreamOptions(
                ample, ample, minBytesPerSecond, rateWindow, total, 3, List.of(server.hostAndPort()))));
    }

    private static void drip(String request, java.net.Socket socket, java.io.OutputStream out) throws IOException {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        while (true) {
            Drip.oneByte(out, 'x');
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
