package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.upstream.UpstreamException.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects lead only where the configuration allows. */
class RedirectTest extends UpstreamTestCase {
    private final AllowedHosts hosts =
            new AllowedHosts(List.of("mirror.test:443", "mirror.test:80", "files.test:443", "[::1]:8080"));

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void aRedirectWithinTheHostIsFollowed(int status) throws Exception {
        RawServer server = closing(new RawServer((request, socket, out) -> out.write((request.startsWith("GET /a/x ")
                        ? "HTTP/1.1 " + status + " Moved\r\nLocation: ../b%2Fc\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                .getBytes(StandardCharsets.US_ASCII))));

        assertThat(fetchText(clientFor(server), server.url("/a/x"))).isEqualTo("hello");
        assertThat(server.requests().get(1)).startsWith("GET /b%2Fc HTTP/1.1\r\n");
    }

    @Test
    void aRedirectToAnotherConfiguredHostIsFollowed() throws Exception {
        RawServer files = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello"));
        RawServer server = closing(
                RawServer.sending("HTTP/1.1 302 Found", "Location: " + files.url("/x"), "Content-Length: 0", "", ""));

        assertThat(fetchText(clientFor(server, files), server.url("/"))).isEqualTo("hello");
    }

    @Test
    void aRedirectToAHostThatIsNotConfiguredIsNotDialled() throws Exception {
        RawServer evil = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 5", "", "hello"));
        RawServer server = closing(RawServer.sending(
                "HTTP/1.1 302 Found", "Location: " + evil.url("/x?secret"), "Content-Length: 0", "", ""));

        UpstreamException failure = refused(Kind.REDIRECT_REFUSED, () -> fetchText(clientFor(server), server.url("/")));

        assertThat(evil.requests()).isEmpty();
        assertThat(failure).hasMessageContaining(evil.hostAndPort());
        assertThat(failure.getMessage()).doesNotContain("secret");
    }

    @Test
    void redirectsAreBounded() throws Exception {
        RawServer server =
                closing(RawServer.sending("HTTP/1.1 302 Found", "Location: /again", "Content-Length: 0", "", ""));

        refused(Kind.REDIRECT_REFUSED, () -> fetchText(clientFor(server), server.url("/")));

        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aRedirectWithoutLocationIsRefused() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 302 Found", "Content-Length: 0", "", ""));

        refused(Kind.PROTOCOL, () -> fetchText(clientFor(server), server.url("/")));
    }

    @ParameterizedTest
    @CsvSource({
        "http://mirror.test/x, from https to http",
        "https://mirror.test:8443/x, another port",
        "https://evil.test/x, another host",
        "https://mirror.test.evil.test/x, a longer name",
        "https://user:pw@mirror.test/x, credentials",
        "//evil.test/x, relative to the scheme",
        "https://127.0.0.1/x, a loopback address",
        "https://[::ffff:7f00:1]/x, a mapped loopback address",
        "https://169.254.169.254/latest, a link-local address",
        "file:///etc/passwd, a local file",
        "ftp://mirror.test/x, another scheme",
    })
    void aRedirectElsewhereIsRefused(String location, String because) {
        UpstreamException failure = refused(
                Kind.REDIRECT_REFUSED, () -> hosts.follow(HttpUrl.get("https://mirror.test/simple/"), location));

        assertThat(failure.getMessage()).describedAs(because).doesNotContain("pw@");
    }

    @ParameterizedTest
    @CsvSource({
        "https://files.test/a+b%2B!, https://files.test/a+b%2B!",
        "/x, https://mirror.test/x",
        "../../packages/x, https://mirror.test/packages/x",
        "//files.test/x, https://files.test/x",
        "HTTPS://FILES.TEST:443/x, https://files.test/x",
        "http://[0:0::1]:8080/x, refused",
    })
    void aRelativeLocationIsResolvedAgainstTheUrlThatWasAsked(String location, String expected) throws Exception {
        HttpUrl from = HttpUrl.get("https://mirror.test/simple/x/");
        if (expected.equals("refused")) {
            refused(Kind.REDIRECT_REFUSED, () -> hosts.follow(from, location));
        } else {
            assertThat(hosts.follow(from, location)).hasToString(expected);
        }
    }

    @Test
    void addressesAreComparedByValueAndNotBySpelling() throws Exception {
        assertThat(hosts.parse(URI.create("http://[0:0:0::1]:8080/x")).host()).isEqualTo("::1");
    }

    @Test
    void credentialsInAUrlAreRefusedAndNotRepeated() {
        UpstreamException failure =
                refused(Kind.REDIRECT_REFUSED, () -> hosts.parse(URI.create("https://me:pw@mirror.test/")));

        assertThat(failure.getMessage()).doesNotContain("pw");
    }
}
