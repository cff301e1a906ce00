package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server over TLS is who its certificate says, or nobody. */
class TlsTest extends UpstreamTestCase {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path temp;

    private final AtomicInteger requests = new AtomicInteger();

    @Test
    void aCertificateThatNobodyVouchesForIsRefusedBeforeAnythingIsAsked() throws Exception {
        HttpsServer server = server(identity("server"), false);
        UpstreamClient client = closing(new UpstreamClient(generous(host(server))));

        refused(Kind.UNREACHABLE, () -> fetchText(client, url(server)));

        assertThat(requests).hasValue(0);
    }

    @Test
    void theAuthoritiesOfAPlaceVouchForItAndForNoOther() throws Exception {
        Path ours = identity("server");
        HttpsServer server = server(ours, false);
        HttpsServer other = server(identity("other"), false);
        Access access = access(ours, Optional.empty());
        UpstreamClient client =
                closing(new UpstreamClient(generous(host(server), host(other)), access, List.of(url(server))));

        assertThat(fetchText(client, url(server))).isEqualTo("hello");
        refused(Kind.UNREACHABLE, () -> fetchText(client, url(other)));
    }

    @Test
    void aClientCertificateIsShownToItsPlaceAlone() throws Exception {
        Path ours = identity("server");
        Path shown = identity("client");
        HttpsServer server = server(ours, true);
        Access access = access(ours, Optional.of(ClientCertificate.in(pem(shown, true))));

        UpstreamClient forIt = closing(new UpstreamClient(generous(host(server)), access, List.of(url(server))));
        UpstreamClient forAnother = closing(new UpstreamClient(generous(host(server)), access, List.of()));

        assertThat(fetchText(forIt, url(server))).isEqualTo("hello");
        refused(Kind.UNREACHABLE, () -> fetchText(forAnother, url(server)));
    }

    @Test
    void aFileWithoutAKeyIsNoClientCertificate() throws Exception {
        assertThatThrownBy(() -> ClientCertificate.in(pem(identity("client"), false)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("0 private keys and 1 certificates");
    }

    private Access access(Path authority, Optional<ClientCertificate> shown) throws Exception {
        return new Access(
                ExtraHeaders.NONE,
                Optional.empty(),
                shown,
                Authorities.in(pem(authority, false)),
                Optional.empty(),
                0,
                0);
    }

    private static String host(HttpsServer server) {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private static URI url(HttpsServer server) {
        return URI.create("https://" + host(server) + "/");
    }

    private HttpsServer server(Path identity, boolean asksForCertificates) throws Exception {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context(identity)) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters all = getSSLContext().getDefaultSSLParameters();
                all.setNeedClientAuth(asksForCertificates);
                parameters.setSSLParameters(all);
            }
        });
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        closing(() -> server.stop(0));
        return server;
    }

    /** A key store with a key and its certificate, signed by itself. */
    private Path identity(String name) throws Exception {
        Path file = temp.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor()).isZero();
        return file;
    }

    private static KeyStore load(Path identity) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(identity)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private Path pem(Path identity, boolean withKey) throws Exception {
        KeyStore keys = load(identity);
        String alias = keys.aliases().nextElement();
        Base64.Encoder base64 = Base64.getMimeEncoder();
        String text = "-----BEGIN CERTIFICATE-----\n"
                + base64.encodeToString(keys.getCertificate(alias).getEncoded()) + "\n-----END CERTIFICATE-----\n";
        if (withKey) {
            text += "-----BEGIN PRIVATE KEY-----\n"
                    + base64.encodeToString(keys.getKey(alias, PASSWORD).getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        }
        return Files.writeString(identity.resolveSibling(identity.getFileName() + ".pem"), text);
    }

    /** Anybody who shows a certificate is welcome. */
    private static SSLContext context(Path identity) throws Exception {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(load(identity), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), new TrustManager[] {new WelcomesEverybody()}, null);
        return context;
    }

    private static final class WelcomesEverybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
