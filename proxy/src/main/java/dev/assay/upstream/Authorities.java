package dev.assay.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who may vouch for the certificates of upstreams. Each client has its own: the authority of a mirror says nothing about the
 * index.
 */
public final class Authorities {
    private final @Nullable KeyStore authorities;
    private @Nullable X509TrustManager manager;

    private Authorities(@Nullable KeyStore authorities) {
        this.authorities = authorities;
    }

    /** Those that this machine's Java trusts. */
    public static Authorities ofThisMachine() {
        return new Authorities(null);
    }

    /**
     * Those in a file of PEM certificates, and nobody else.
     *
     * @throws IOException when it can't be read, or holds no certificate; the message names the file
     */
    public static Authorities in(Path pem) throws IOException {
        try {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(pem)));
            if (certificates.isEmpty()) {
                throw new IOException(pem + " holds no certificate (expected: one or more in PEM)");
            }
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            for (Certificate certificate : certificates) {
                authorities.setCertificateEntry("authority-" + authorities.size(), certificate);
            }
            return new Authorities(authorities);
        } catch (CertificateException e) {
            throw new IOException(pem + " holds no certificate (expected: one or more in PEM)", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't keep certificates", e);
        }
    }

    synchronized X509TrustManager manager() {
        if (manager == null) {
            manager = manager(authorities);
        }
        return manager;
    }

    private static X509TrustManager manager(@Nullable KeyStore authorities) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(authorities);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't do TLS", e);
        }
    }

    /** TLS that believes these authorities, and shows the certificate when asked for one. */
    SSLSocketFactory sockets(Optional<ClientCertificate> shown) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] keys = shown.map(ClientCertificate::managers).orElse(null);
            context.init(keys, new TrustManager[] {manager()}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't do TLS", e);
        }
    }
}
