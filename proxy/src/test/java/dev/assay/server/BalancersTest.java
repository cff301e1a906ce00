package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a client is, according to whom. The server answers with the address that it believes. */
@ExtendWith(NoLeaks.class)
final class BalancersTest {
    private static final String ELSEWHERE = "192.0.2.0/24";
    private static final String HERE = "127.0.0.0/8";

    private @Nullable HttpServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9 | 203.0.113.9",
                "198.51.100.1, 203.0.113.9 | 203.0.113.9",
                "nonsense, 203.0.113.9 | 203.0.113.9",
                "203.0.113.9, 127.0.0.2 | 203.0.113.9",
                "2001:db8::1 | 2001:db8:0:0:0:0:0:1"
            })
    void balancerNamesTheClientAndItsClientNamesNobody(String forwarded, String client) throws Exception {
        start(HERE, Balancers.Says.X_FORWARDED_FOR);
        assertThat(ask("X-Forwarded-For: " + forwarded + "\r\n")).isEqualTo(client);
    }

    @Test
    void balancerThatNamesNobodySpeaksForItself() throws Exception {
        start(HERE, Balancers.Says.X_FORWARDED_FOR);
        assertThat(ask("")).isEqualTo("127.0.0.1");
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        start(ELSEWHERE, Balancers.Says.X_FORWARDED_FOR);
        assertThat(ask("X-Forwarded-For: 203.0.113.9\r\n")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "203.0.113.9:80", "203.0.113.9,", "127.0.0.1, example.com"})
    void fieldThatHoldsNoAddressesIsRefused(String forwarded) throws Exception {
        start(HERE, Balancers.Says.X_FORWARDED_FOR);
        try (RawClient client =
                new RawClient(port()).send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + forwarded + "\r\n\r\n")) {
            assertThat(client.head().status()).isEqualTo(400);
        }
    }

    @Test
    void proxyHeaderNamesTheClient() throws Exception {
        start(HERE, Balancers.Says.PROXY_PROTOCOL);
        try (RawClient client = new RawClient(port())
                .send("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n")
                .get("/")) {
            assertThat(client.body()).isEqualTo("203.0.113.9");
            assertThat(client.get("/").body()).isEqualTo("203.0.113.9");
        }
    }

    @Test
    void binaryProxyHeaderNamesTheClient() throws Exception {
        start(HERE, Balancers.Says.PROXY_PROTOCOL);
        String header =
                "\r\n\r\n\0\r\nQUIT\n" + "!\u0011\0\f" + "\u00CB\0q\t" + "\u00C0\0\u0002\u0001" + "\u0012g\u0001\u00BB";
        try (RawClient client = new RawClient(port()).send(header).get("/")) {
            assertThat(client.body()).isEqualTo("203.0.113.9");
        }
    }

    @Test
    void fieldOfARequestIsNotBelievedBesideAProxyHeader() throws Exception {
        start(HERE, Balancers.Says.PROXY_PROTOCOL);
        String header = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n";
        String request = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.1\r\n\r\n";
        try (RawClient client = new RawClient(port()).send(header + request)) {
            assertThat(client.body()).isEqualTo("203.0.113.9");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PROXY UNKNOWN\r\n", "PROXY TCP4 x y 1 2\r\n"})
    void connectionWithoutAProxyHeaderThatNamesAnAddressIsClosed(String sent) throws Exception {
        start(HERE, Balancers.Says.PROXY_PROTOCOL);
        try (RawClient client = new RawClient(port()).send(sent)) {
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void proxyHeaderOfNoBalancerIsNoRequest() throws Exception {
        start(ELSEWHERE, Balancers.Says.PROXY_PROTOCOL);
        try (RawClient client = new RawClient(port())
                .send("PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n")
                .get("/")) {
            assertThat(client.head().status()).isEqualTo(400);
        }
    }

    private String ask(String fields) throws IOException {
        try (RawClient client = new RawClient(port()).send("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")) {
            return client.body();
        }
    }

    private void start(String network, Balancers.Says says) throws IOException {
        Balancers balancers = new Balancers(List.of(Network.parse(network).orElseThrow()), says);
        server = HttpServer.start(
                ServerOptions.DEFAULTS.withBalancers(balancers),
                request -> new Response(
                        200,
                        null,
                        Headers.NONE,
                        BytesBody.of(
                                request.remote().getAddress().getHostAddress().getBytes(US_ASCII))),
                ended -> {},
                InstantSource.system());
    }

    private int port() {
        return Objects.requireNonNull(server).port();
    }
}
