package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Where a bad HTTP/2 client is stopped. */
@ExtendWith(NoLeaks.class)
final class Http2HostileTest extends Http2TestCase {
    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;

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
    void floodOfRequestsThatHaveToBeResetClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        byte[] incomplete = Http2Client.fields(":method", "GET", ":scheme", "https", ":authority", "a");
        try (Http2Client client = connect()) {
            assertThat(flood(client, i -> client.sendBytes(Http2Client.HEADERS, 5, 2 * i + 1, incomplete)))
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
    void floodOfPrioritiesClosesTheConnection() throws Exception {
        start(ServerOptions.DEFAULTS);
        try (Http2Client client = connect().get(1, "/park")) {
            assertThat(flood(client, i -> client.send(Http2Client.PRIORITY, 0, 1, 0, 0, 0, 0, i & 255)))
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
    void bodyThatIsAnnouncedAsEmptyIsNone() throws Exception {
        start(ServerOptions.DEFAULTS);
        byte[] post = Http2Client.fields(
                ":method", "POST", ":scheme", "https", ":path", "/hello", ":authority", "a", "content-length", "0");
        try (Http2Client client = connect().sendBytes(Http2Client.HEADERS, Http2Client.END_HEADERS, 1, post)) {
            assertThat(client.status(1)).isEqualTo(200);
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
}
