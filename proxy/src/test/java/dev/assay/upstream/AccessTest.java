package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one place is sent, and no other; the way through a proxy; and caps of one place. */
class AccessTest extends UpstreamTestCase {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    Path temp;

    @Test
    void aPlaceGetsItsHeadersAndCredentials() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        UpstreamClient client = client(secretive(), server);

        fetchText(client, server.url("/"));

        assertThat(server.requests().get(0))
                .contains("X-Api-Key: top secret\r\n")
                .contains("User-Agent: curl/8\r\n")
                .contains("Authorization: Basic " + "bWU6cHc=" + "\r\n")
                .doesNotContain("assay/");
    }

    @Test
    void aRedirectElsewhereTakesNoneOfThemAlong() throws Exception {
        RawServer other = closing(RawServer.sending(HELLO));
        RawServer server = closing(
                RawServer.sending("HTTP/1.1 302 Found", "Location: " + other.url("/x"), "Content-Length: 0", "", ""));
        UpstreamClient client = closing(new UpstreamClient(
                generous(server.hostAndPort(), other.hostAndPort()), secretive(), List.of(server.url("/"))));

        fetchText(client, server.url("/"));

        assertThat(server.requests().get(0)).contains("Authorization").contains("X-Api-Key");
        assertThat(other.requests()).singleElement().asString().doesNotContain("Authorization", "X-Api-Key", "curl");
    }

    @Test
    void aTokenIsSentAsBearer() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        Access access = with(Optional.of(Credentials.in(file("abc.def-ghi=\n"))), Optional.empty(), 0, 0);

        fetchText(client(access, server), server.url("/"));

        assertThat(server.requests().get(0)).contains("Authorization: Bearer abc.def-ghi=\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "to\u0007ken", "a\nb"})
    void credentialsOfAnotherFormAreRefusedAndNotRepeated(String content) {
        assertThatThrownBy(() -> Credentials.in(file(content)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected: ")
                .hasMessageNotContaining("words");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: evil", "Range: bytes=0-1", "Authorization: x", "no header", "Na me: x", "A: \u0001"})
    void headersThatFrameTheRequestAreNotForConfiguring(String line) {
        assertThatThrownBy(() -> ExtraHeaders.in(file("# ours\n\n" + line)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("access:3: ");
    }

    @Test
    void secretsDoNotShow() throws Exception {
        assertThat(secretive().toString()).doesNotContain("secret", "pw", "bWU6");
    }

    @Test
    void aProxyIsAskedInsteadAndAuthenticatedToOnItsChallengeAlone() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        RawServer proxy = closing(new RawServer(
                (request, socket, out) -> out.write((request.contains("Proxy-Authorization: Basic dXNlcjpvcGVu")
                                ? HELLO
                                : "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII))));
        UpstreamClient client = client(through(proxy, "user:open@", ""), server);

        assertThat(fetchText(client, server.url("/x"))).isEqualTo("hello");

        assertThat(server.requests()).isEmpty();
        assertThat(proxy.requests()).hasSize(2).allMatch(each -> each.startsWith("GET " + server.url("/x") + " HTTP"));
    }

    @Test
    void httpsGoesThroughAProxyByConnect() throws Exception {
        RawServer proxy =
                closing(RawServer.sendingThenClosing("HTTP/1.1 403 Not this one", "Content-Length: 0", "", ""));
        UpstreamClient client = closing(new UpstreamClient(
                generous("mirror.test:443"), through(proxy, "", ""), List.of(URI.create("https://mirror.test/"))));

        refused(Kind.UNREACHABLE, () -> fetchText(client, URI.create("https://mirror.test/")));

        assertThat(proxy.requests()).isNotEmpty().allMatch(each -> each.startsWith("CONNECT mirror.test:443 HTTP"));
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT, https://mirror.test/, true",
        "GET, http://mirror.test/, true",
        "GET, https://mirror.test/, false"
    })
    void aChallengeFromWithinATunnelIsNotTheProxys(String method, String url, boolean answered) throws Exception {
        HttpProxy proxy = HttpProxy.at(URI.create("http://user:open@proxy.test:3128"), Optional.empty(), "");
        Response challenge = new Response.Builder()
                .request(new Request.Builder().url(url).method(method, null).build())
                .protocol(Protocol.HTTP_1_1)
                .code(407)
                .message("Who")
                .build();

        assertThat(proxy.authenticator().authenticate(null, challenge) != null).isEqualTo(answered);
    }

    @Test
    void anExceptedHostIsReachedWithoutTheProxy() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));
        RawServer proxy = closing(RawServer.sending(HELLO));

        fetchText(client(through(proxy, "", "example.org, 127.0.0.1"), server), server.url("/"));

        assertThat(server.requests()).hasSize(1);
        assertThat(proxy.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, example.org, true",
        "example.org, a.EXAMPLE.org, true",
        ".example.org, a.example.org, true",
        "example.org, notexample.org, false",
        "example.org:8080, example.org, false",
        "example.org:443, example.org, true",
        "*, anything.test, true",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.11, false",
        "[::1], ::1, true",
        "[::1]:443, ::1, true",
        "::1, ::1, true",
    })
    void exceptionsAreHostsWithWhatIsBelowThem(String exception, String host, boolean excepted) {
        HttpProxy proxy = HttpProxy.at(URI.create("http://proxy.test:3128"), Optional.empty(), exception);

        assertThat(proxy.excepts(host, 443)).isEqualTo(excepted);
    }

    @Test
    void moreTransfersThanTheCapWaitAndThenGiveUp() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 50", "", "hello"));
        Duration ample = Duration.ofSeconds(15);
        UpstreamOptions impatient =
                new UpstreamOptions(ample, Duration.ofMillis(100), 0, ample, ample, 3, List.of(server.hostAndPort()));
        UpstreamClient client =
                closing(new UpstreamClient(impatient, with(Optional.empty(), Optional.empty(), 1, 0), List.of()));

        Download first = client.open(server.url("/"), MAX_BYTES);
        UpstreamException second = refused(Kind.TOO_SLOW, () -> client.open(server.url("/"), MAX_BYTES));
        first.close();
        first.close();

        client.open(server.url("/"), MAX_BYTES).close();
        assertThat(second).hasMessageContaining("1 transfers are under way");
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void requestThatCannotEvenBeMadeTakesUpNoTransfer() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello"));
        UpstreamClient client = client(with(Optional.empty(), Optional.empty(), 1, 0), server);

        assertThatThrownBy(() -> client.fetch(server.url("/"), MAX_BYTES, "no header\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(client.fetch(server.url("/"), MAX_BYTES, "*/*")).hasSize(5);
    }

    @Test
    void allTransfersOfAPlaceTogetherKeepToItsRate() {
        Throttle throttle = new Throttle(1000);
        long now = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);

        assertThat(throttle.portion(5000)).isEqualTo(250);
        assertThat(throttle.reserve(500, now)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(throttle.reserve(500, now)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(throttle.reserve(100, now + TimeUnit.SECONDS.toNanos(2)))
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void theRestOfAFileIsAskedForByRange() throws Exception {
        RawServer server = closing(RawServer.sending(
                "HTTP/1.1 206 Partial Content", "Content-Range: bytes 3-4/5", "Content-Length: 2", "", "lo"));

        try (Download rest = clientFor(server).open(server.url("/"), 3, MAX_BYTES)) {
            assertThat(rest.offset()).isEqualTo(3);
            assertThat(readAll(rest)).asString(StandardCharsets.US_ASCII).isEqualTo("lo");
        }
        assertThat(server.requests().get(0)).contains("Range: bytes=3-\r\n");
    }

    @Test
    void aServerThatSendsNoRangesSendsTheWhole() throws Exception {
        RawServer server = closing(RawServer.sending(HELLO));

        try (Download whole = clientFor(server).open(server.url("/"), 3, MAX_BYTES)) {
            assertThat(whole.offset()).isZero();
            assertThat(readAll(whole)).hasSize(5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "206 Partial\r\nContent-Length: 2\r\n\r\nlo",
                "206 Partial\r\nContent-Range: bytes 2-4/5\r\nContent-Length: 3\r\n\r\nllo",
                "206 Partial\r\nContent-Range: bytes 3-3/5\r\nContent-Length: 1\r\n\r\nl",
                "206 Partial\r\nContent-Range: bytes 3-4/*\r\nContent-Length: 2\r\n\r\nlo",
            })
    void anotherRangeThanTheWholeRestIsRefused(String answer) throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 " + answer));

        refused(Kind.PROTOCOL, () -> clientFor(server).open(server.url("/"), 3, MAX_BYTES));
    }

    private Access secretive() throws IOException {
        ExtraHeaders headers = ExtraHeaders.in(file("X-Api-Key: top secret\nUser-Agent: curl/8\n"));
        return new Access(
                headers,
                Optional.of(Credentials.in(file("me:pw\n"))),
                Optional.empty(),
                Authorities.ofThisMachine(),
                Optional.empty(),
                0,
                0);
    }

    private static Access through(RawServer proxy, String userInfo, String exceptions) {
        URI url = URI.create("http://" + userInfo + proxy.hostAndPort() + "/");
        return with(Optional.empty(), Optional.of(HttpProxy.at(url, Optional.empty(), exceptions)), 0, 0);
    }

    private static Access with(Optional<Credentials> credentials, Optional<HttpProxy> proxy, int transfers, long rate) {
        return new Access(
                ExtraHeaders.NONE, credentials, Optional.empty(), Authorities.ofThisMachine(), proxy, transfers, rate);
    }

    private UpstreamClient client(Access access, RawServer server) {
        return closing(new UpstreamClient(generous(server.hostAndPort()), access, List.of(server.url("/"))));
    }

    private Path file(String content) throws IOException {
        return Files.writeString(temp.resolve("access"), content);
    }
}
