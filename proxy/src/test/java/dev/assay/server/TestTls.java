package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate in files, as the server reads it, and as clients see it. */
public record TestTls(Path folder, TrialCertificate trial) {
    /** Issues one for 127.0.0.1 and writes it. */
    public static TestTls in(Path folder) throws IOException {
        TrialCertificate trial = TrialCertificate.issue(List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));
        TestTls tls = new TestTls(folder, trial);
        Files.writeString(tls.certificate(), trial.certificate());
        Files.writeString(tls.key(), trial.key());
        Files.writeString(tls.authority(), trial.authority());
        return tls;
    }

    public Path certificate() {
        return folder.resolve("certificate.pem");
    }

    public Path key() {
        return folder.resolve("key.pem");
    }

    public Path authority() {
        return folder.resolve("ca.pem");
    }

    public TlsOptions options() {
        return new TlsOptions(certificate(), key(), Optional.empty());
    }

    /** Of a client that trusts the authority. */
    public SSLContext client() throws GeneralSecurityException, IOException {
        return context(null);
    }

    /** Of a server that is not ours, and shows the same certificate. */
    public SSLContext server() throws GeneralSecurityException, IOException {
        return client(trial);
    }

    /** Of a client that shows a certificate of its own too. */
    SSLContext client(TrialCertificate shown) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        String body = shown.key().replaceAll("-----[^-]*-----|\\s", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
        store.setKeyEntry("own", key, new char[0], new Certificate[] {parse(shown.certificate())});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        return context(managers.getKeyManagers());
    }

    private SSLContext context(KeyManager @Nullable [] own) throws GeneralSecurityException, IOException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("ca", parse(trial.authority()));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, managers.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Certificate parse(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
    }
}
