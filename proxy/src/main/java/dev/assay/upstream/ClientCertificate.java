package dev.assay.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Who this proxy is to an upstream that asks for a certificate. */
public final class ClientCertificate {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN (CERTIFICATE|PRIVATE KEY)-----([A-Za-z0-9+/=\\s]++)-----END \\1-----");
    private static final char[] IN_MEMORY_ONLY = {};

    private final KeyStore keys;

    private ClientCertificate(KeyStore keys) {
        this.keys = keys;
    }

    /**
     * Reads one PEM file: an unencrypted PKCS #8 private key, and the certificates, the one of the key first.
     *
     * @throws IOException when it can't be read or holds something else; the message names the file and no content
     */
    public static ClientCertificate in(Path pem) throws IOException {
        List<byte[]> privateKeys = new ArrayList<>();
        List<Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            Matcher blocks = BLOCK.matcher(Files.readString(pem));
            while (blocks.find()) {
                byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
                if (blocks.group(1).equals("CERTIFICATE")) {
                    chain.add(certificates.generateCertificate(new ByteArrayInputStream(der)));
                } else {
                    privateKeys.add(der);
                }
            }
            if (privateKeys.size() != 1 || chain.isEmpty()) {
                throw new IOException(pem + " holds " + privateKeys.size() + " private keys and " + chain.size()
                        + " certificates (expected: one unencrypted PKCS #8 key and its certificates, in PEM)");
            }
            Key key = KeyFactory.getInstance(chain.get(0).getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(privateKeys.get(0)));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry("client", key, IN_MEMORY_ONLY, chain.toArray(new Certificate[0]));
            return new ClientCertificate(keys);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(pem + ": " + e.getMessage() + " (expected: the key of the first certificate)", e);
        }
    }

    KeyManager[] managers() {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(keys, IN_MEMORY_ONLY);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java can't use a client certificate", e);
        }
    }
}
