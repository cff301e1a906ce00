package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is spoken before HTTP is. */
@ExtendWith(NoLeaks.class)
final class ServerTlsTest extends TlsTestCase {
    private static final Response HELLO =
            new Response(200, null, Headers.NONE, BytesBody.of("hello\n".getBytes(US_ASCII)));
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsAreSpoken(String version) throws Exception {
        start(tls.options());
        try (SSLSocket socket = connect(tls.client())) {
            socket.setEnabledProtocols(new String[] {version});
            RawClient client = new RawClient(socket).send(GET);
            assertThat(client.body()).isEqualTo("hello\n");
            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void clientThatNamesNoProtocolGetsHttp1() throws Exception {
        start(tls.options());
        try (SSLSocket socket = connect(tls.client())) {
            assertThat(new RawClient(socket).send(GET).head().lines().get(0)).isEqualTo("HTTP/1.1 200 OK");
            assertThat(socket.getApplicationProtocol()).isEmpty();
        }
    }

    @Test
    void http2IsChosenWhereTheClientKnowsIt() throws Exception {
        start(tls.options());
        try (SSLSocket socket = offering(tls.client(), "h2", "http/1.1")) {
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        }
    }

    @Test
    void lastAnswerEndsWithTheEndOfTls() throws Exception {
        start(tls.options());
        try (SSLSocket socket = connect(tls.client())) {
            RawClient client = new RawClient(socket).send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(client.body()).isEqualTo("hello\n");
            // Without close_notify this would be an exception: the client could not tell the end from a cut.
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void largeBodyInMemoryArrivesWhole() throws Exception {
        byte[] large = PatternBody.expected(3_000_000);
        start(tls.options(), new Response(200, null, Headers.NONE, BytesBody.hot(large)));
        try (SSLSocket socket = connect(tls.client())) {
            RawClient client = new RawClient(socket).send(GET);
            assertThat(client.bytes(client.head().length())).isEqualTo(large);
        }
    }

    @Test
    void plainRequestIsNotAnswered() throws Exception {
        HttpServer started = start(tls.options());
        try (RawClient client = new RawClient(started.port()).get("/")) {
            assertThat(new String(client.rest(), US_ASCII)).doesNotContain("HTTP/");
        }
    }

    @Test
    void handshakeHasTheDeadlineOfAHead() throws Exception {
        ServerOptions.Deadlines deadlines = new ServerOptions.Deadlines(
                Duration.ofMillis(150), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(10));
        HttpServer started = start(
                ServerOptions.DEFAULTS.withTls(tls.options()).withDeadlines(deadlines), request -> HELLO, ended -> {});
        try (RawClient silent = new RawClient(started.port())) {
            assertThat(silent.rest()).isEmpty();
        }
    }

    @Test
    void changedPairIsShownToNewConnections() throws Exception {
        HttpServer started = start(tls.options());
        try (SSLSocket before = connect(tls.client())) {
            before.startHandshake();
            TestTls renewed = TestTls.in(folder);
            started.lookAtCertificates();
            try (SSLSocket after = connect(renewed.client())) {
                assertThat(serial(after)).isNotEqualTo(serial(before));
            }
            assertThat(new RawClient(before).send(GET).body()).isEqualTo("hello\n");
        }
    }

    @Test
    void brokenNewPairLeavesTheOldOneInForce() throws Exception {
        HttpServer started = start(tls.options());
        Files.writeString(tls.certificate(), "-----BEGIN CERTIFICATE-----\nnonsense\n");
        started.lookAtCertificates();
        try (SSLSocket socket = connect(tls.client())) {
            assertThat(new RawClient(socket).send(GET).body()).isEqualTo("hello\n");
        }
    }

    @Test
    void keyOfAnotherCertificateIsNamedAtTheStart() throws Exception {
        TrialCertificate other = TrialCertificate.issue(List.of("a"), Instant.now(), Duration.ofDays(1));
        Files.writeString(tls.key(), other.key());
        assertThatThrownBy(() -> start(tls.options()))
                .isInstanceOf(IOException.class)
                .hasMessage(tls.key() + ": not the key of the certificate in " + tls.certificate());
    }

    @Test
    void keyThatIsNotInPkcs8IsNamedWithTheWayOut() throws Exception {
        Files.writeString(tls.key(), "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n");
        assertThatThrownBy(() -> start(tls.options()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void missingFileIsNamed() throws Exception {
        Files.delete(tls.certificate());
        assertThatThrownBy(() -> start(tls.options())).hasMessage(tls.certificate() + ": no such file");
    }

    @Test
    void clientWithACertificateOfTheAuthorityIsServed() throws Exception {
        TrialCertificate own = TrialCertificate.issue(List.of("client"), Instant.now(), Duration.ofDays(1));
        start(requiring(own));
        try (SSLSocket socket = connect(tls.client(own))) {
            assertThat(new RawClient(socket).send(GET).body()).isEqualTo("hello\n");
        }
    }

    @Test
    void clientWithoutACertificateIsNotServedWhereOneIsRequired() throws Exception {
        start(requiring(TrialCertificate.issue(List.of("client"), Instant.now(), Duration.ofDays(1))));
        assertRefused(tls.client());
    }

    @Test
    void clientWithACertificateOfAnotherAuthorityIsNotServed() throws Exception {
        start(requiring(TrialCertificate.issue(List.of("client"), Instant.now(), Duration.ofDays(1))));
        assertRefused(tls.client(TrialCertificate.issue(List.of("client"), Instant.now(), Duration.ofDays(1))));
    }

    private void assertRefused(SSLContext context) throws IOException {
        try (SSLSocket socket = connect(context)) {
            assertThatThrownBy(() -> new RawClient(socket).send(GET).head()).isInstanceOf(IOException.class);
        }
    }

    private TlsOptions requiring(TrialCertificate client) throws IOException {
        Path authority = Files.writeString(folder.resolve("client-ca.pem"), client.authority());
        return new TlsOptions(tls.certificate(), tls.key(), Optional.of(authority));
    }

    private static Object serial(SSLSocket socket) throws SSLException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private HttpServer start(TlsOptions options) throws IOException {
        return start(options, HELLO);
    }

    private HttpServer start(TlsOptions options, Response response) throws IOException {
        return start(ServerOptions.DEFAULTS.withTls(options), request -> response, ended -> {});
    }

    private SSLSocket connect(SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server().port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private SSLSocket offering(SSLContext context, String... protocols) throws IOException {
        SSLSocket socket = connect(context);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }
}
