package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they go out, and the answers that are taken or refused by their head. */
class UpstreamClientTest extends UpstreamTestCase {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @Test
    void fetchAsksForGzipAndOpenForIdentity() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        UpstreamClient client = clientFor(server);

        client.fetch(server.url("/simple/x/"), MAX_BYTES, "application/json");
        download(client, server.url("/packages/x"), MAX_BYTES);

        assertThat(server.requests().get(0))
                .contains("Accept-Encoding: gzip\r\n")
                .contains("Accept: application/json\r\n");
        assertThat(server.requests().get(1)).contains("Accept-Encoding: identity\r\n");
    }

    @Test
    void everyRequestSaysWhoAsks() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));

        fetchText(clientFor(server), server.url("/"));

        assertThat(server.requests()).singleElement().asString().containsPattern("\r\nUser-Agent: assay/\\S+\r\n");
    }

    @Test
    void cookiesAreNotSentBack() throws Exception {
        RawServer server =
                closing(RawServer.sending("HTTP/1.1 200 OK", "Set-Cookie: a=b; Path=/", "Content-Length: 1", "", "x"));
        UpstreamClient client = clientFor(server);

        fetchText(client, server.url("/"));
        fetchText(client, server.url("/"));

        assertThat(server.requests()).hasSize(2).noneMatch(request -> request.contains("Cookie"));
    }

    @Test
    void proxySettingsOfTheSystemAreIgnored() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        RawServer proxy = closing(RawServer.sending(HELLO));
        String[] hostAndPort = proxy.hostAndPort().split(":", -1);
        System.setProperty("http.proxyHost", hostAndPort[0]);
        System.setProperty("http.proxyPort", hostAndPort[1]);
        System.setProperty("http.nonProxyHosts", "");
        try {
            fetchText(clientFor(server), server.url("/"));
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
            System.clearProperty("http.nonProxyHosts");
        }

        assertThat(proxy.requests()).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a%2Fb/c",
                "/a+b/%2B%2b",
                "/a!1/%21",
                "/~a/%7E",
                "//a//",
                "/a%2520b",
                "/a;b=c/@:$&'()*,=",
                "/%C3%A4",
            })
    void pathsGoOutByteForByte(String path) throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));

        fetchText(clientFor(server), server.url(path));

        assertThat(server.requests()).singleElement().asString().startsWith("GET " + path + " HTTP/1.1\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "/a/./b", "/%2e%2e/b", "/a/%2E"})
    void pathsThatWouldBeNormalizedAreRefused(String path) throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));

        refused(Kind.PROTOCOL, () -> fetchText(clientFor(server), server.url(path)));

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void onlyConfiguredHostsAreDialled() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        RawServer other = closing(RawServer.sending(HELLO));

        refused(Kind.REDIRECT_REFUSED, () -> fetchText(clientFor(server), other.url("/")));

        assertThat(other.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "401, DECLINED",
        "403, DECLINED",
        "404, NOT_FOUND",
        "410, NOT_FOUND",
        "418, DECLINED",
        "429, DECLINED",
        "500, SERVER_ERROR",
        "502, SERVER_ERROR",
        "503, SERVER_ERROR",
        "599, SERVER_ERROR",
        "201, PROTOCOL",
        "206, PROTOCOL",
        "304, PROTOCOL",
        "600, PROTOCOL",
    })
    void everyStatusButTwoHundredHasItsKind(int status, Kind kind) throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 " + status + " Whatever", "Content-Length: 0", "", ""));

        UpstreamException failure = refused(kind, () -> fetchText(clientFor(server), server.url("/x?token=secret")));

        assertThat(failure.status()).hasValue(status);
        assertThat(failure).hasMessageContaining(server.hostAndPort() + "/x:").hasMessageContaining("" + status);
        assertThat(failure.getMessage()).doesNotContain("secret").doesNotContain("Whatever");
    }

    @Test
    void retryAfterIsPassedOn() throws Exception {
        RawServer server =
                closing(RawServer.sending("HTTP/1.1 429 Slow Down", "Retry-After: 17", "Content-Length: 0", "", ""));

        UpstreamException failure = refused(Kind.DECLINED, () -> fetchText(clientFor(server), server.url("/")));

        assertThat(failure.retryAfter()).hasValue(Duration.ofSeconds(17));
    }

    @Test
    void retryAfterAsADateIsReadAgainstTheResponsesOwnDate() throws Exception {
        RawServer server = closing(RawServer.sending(
                "HTTP/1.1 503 Busy",
                "Date: Sun, 06 Nov 1994 08:49:37 GMT",
                "Retry-After: Sun, 06 Nov 1994 08:51:37 GMT",
                "Content-Length: 0",
                "",
                ""));

        UpstreamException failure = refused(Kind.SERVER_ERROR, () -> fetchText(clientFor(server), server.url("/")));

        assertThat(failure.retryAfter()).hasValue(Duration.ofMinutes(2));
    }

    @Test
    void aConnectionThatTheServerHasClosedMeanwhileIsReplaced() throws Exception {
        RawServer server = closing(RawServer.sendingThenClosing(HELLO));
        UpstreamClient client = clientFor(server);

        assertThat(fetchText(client, server.url("/1"))).isEqualTo("hello");
        assertThat(fetchText(client, server.url("/2"))).isEqualTo("hello");
    }

    @Test
    void aConnectionResetBeforeTheHeadIsUnreachableAndNotAskedAgain() throws Exception {
        RawServer server = closing(new RawServer((request, socket, out) -> {
            socket.setSoLinger(true, 0);
            socket.close();
        }));

        refused(Kind.UNREACHABLE, () -> fetchText(clientFor(server), server.url("/")));

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aPortThatNobodyListensOnIsUnreachable() throws Exception {
        String closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = "127.0.0.1:" + socket.getLocalPort();
        }

        UpstreamClient client = closing(new UpstreamClient(generous(closed)));

        refused(Kind.UNREACHABLE, () -> fetchText(client, URI.create("http://" + closed + "/")));
    }

    @Test
    void aServerThatNeverAnswersIsTooSlow() throws Exception {
        RawServer server = closing(new RawServer((request, socket, out) -> {}));

        refused(Kind.TOO_SLOW, () -> fetchText(impatient(server), server.url("/")));
    }

    @Test
    void aHeadThatNeverEndsIsTooSlowThoughBytesKeepComing() throws Exception {
        RawServer server = closing(new RawServer((request, socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                Drip.oneByte(out, 'x');
            }
        }));

        refused(Kind.TOO_SLOW, () -> fetchText(impatient(server), server.url("/")));
    }

    @Test
    void aFloodOfHeadersEndsTheTransfer() throws Exception {
        RawServer server = closing(new RawServer((request, socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] header = "X-Filler: 0123456789\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(header);
            }
        }));

        refused(Kind.UNREACHABLE, () -> fetchText(clientFor(server), server.url("/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage\u001b[31m", "HTTP/1.1 abc OK", "HTTP/7.0 200 OK"})
    void aMalformedStatusLineIsRefusedAndEscaped(String line) throws Exception {
        RawServer server = closing(RawServer.sendingThenClosing(line, "Content-Length: 1", "", "x"));

        UpstreamException failure = refused(Kind.PROTOCOL, () -> fetchText(clientFor(server), server.url("/")));

        assertThat(failure.getMessage()).matches("[ -~]*");
        assertThat(failure).hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: -1",
                "Content-Length: +5",
                "Content-Length: 0x5",
                "Content-Length: 5, 5",
                "Content-Length: 99999999999999999999",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
            })
    void framingThatIsOpenToTwoReadingsIsRefused(String headers) throws Exception {
        RawServer server = closing(RawServer.sendingThenClosing("HTTP/1.1 200 OK", headers, "", "hello"));

        refused(Kind.PROTOCOL, () -> fetchText(clientFor(server), server.url("/")));
        refused(Kind.PROTOCOL, () -> download(clientFor(server), server.url("/"), MAX_BYTES));
    }

    @Test
    void gzipIsDecoded() throws Exception {
        byte[] coded = gzip("signed page".getBytes(StandardCharsets.UTF_8));
        RawServer server = closing(gzipServer(coded));

        assertThat(fetchText(clientFor(server), server.url("/"))).isEqualTo("signed page");
    }

    @Test
    void aBodyThatGzipMakesLongerThanTheCapIsStillTaken() throws Exception {
        RawServer server = closing(gzipServer(gzip("{}".getBytes(StandardCharsets.UTF_8))));

        assertThat(clientFor(server).fetch(server.url("/"), 2, "text/html")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "gzip, br", "GZIP;q=1"})
    void anyOtherCodingOfAPageIsRefused(String coding) throws Exception {
        RawServer server = closing(
                RawServer.sending("HTTP/1.1 200 OK", "Content-Encoding: " + coding, "Content-Length: 5", "", "hello"));

        refused(Kind.PROTOCOL, () -> fetchText(clientFor(server), server.url("/")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "identity, gzip"})
    void anyCodingOfAnArtifactIsRefused(String coding) throws Exception {
        RawServer server = closing(
                RawServer.sending("HTTP/1.1 200 OK", "Content-Encoding: " + coding, "Content-Length: 5", "", "hello"));

        refused(Kind.PROTOCOL, () -> clientFor(server).open(server.url("/"), MAX_BYTES));
    }

    @Test
    void aGzipBombIsTooLargeBeforeItReachesTheByteCap() throws Exception {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 32; i++) {
                out.write(new byte[1 << 20]);
            }
        }
        RawServer server = closing(gzipServer(bomb.toByteArray()));

        UpstreamException failure =
                refused(Kind.TOO_LARGE, () -> clientFor(server).fetch(server.url("/"), Integer.MAX_VALUE, "text/html"));

        assertThat(failure).hasMessageContaining("inflates more than 100-fold");
    }

    @Test
    void theByteCapAppliesToTheDecodedBody() throws Exception {
        RawServer server = closing(gzipServer(gzip(new byte[2000])));

        refused(Kind.TOO_LARGE, () -> clientFor(server).fetch(server.url("/"), 1999, "text/html"));
        assertThat(clientFor(server).fetch(server.url("/"), 2000, "text/html")).hasSize(2000);
    }

    @Test
    void brokenGzipIsRefused() throws Exception {
        byte[] coded = gzip("signed page".getBytes(StandardCharsets.UTF_8));
        byte[] wrongSum = coded.clone();
        wrongSum[coded.length - 8] ^= 1;
        byte[] trailing = java.util.Arrays.copyOf(coded, coded.length + 3);
        byte[] shortened = java.util.Arrays.copyOf(coded, coded.length - 9);

        for (byte[] broken : List.of(wrongSum, trailing, shortened)) {
            RawServer server = closing(gzipServer(broken));
            refused(Kind.PROTOCOL, () -> fetchText(clientFor(server), server.url("/")));
        }
    }

    @Test
    void aClosedClientFetchesNothing() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        UpstreamClient client = clientFor(server);
        client.close();

        refused(Kind.UNREACHABLE, () -> fetchText(client, server.url("/")));

        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"example.org", "http://example.org:80", "example.org:80/x", "a@b:80", "", ":80", "h:0", "h:70000"
            })
    void aHostWithoutPortOrWithMoreIsRefused(String host) {
        assertThatThrownBy(() -> new UpstreamClient(generous(host)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: host:port");
    }

    private UpstreamClient impatient(RawServer server) {
        Duration ample = Duration.ofSeconds(15);
        return closing(new UpstreamClient(new UpstreamOptions(
                Duration.ofMillis(100), Duration.ofMillis(100), 0, ample, ample, 3, List.of(server.hostAndPort()))));
    }

    private static RawServer gzipServer(byte[] coded) throws IOException {
        return new RawServer((request, socket, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + coded.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(coded);
        });
    }
}
