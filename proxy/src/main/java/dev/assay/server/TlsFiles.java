package dev.assay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys from PEM files. Every failure is an {@link IOException} whose message names the file and the way out. */
final class TlsFiles {
    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----([^-]*)-----END [A-Z0-9 ]*PRIVATE KEY-----");

    /** A private key, and the chain of certificates whose first holds its public key. */
    record Pair(PrivateKey key, List<X509Certificate> chain) {}

    private TlsFiles() {}

    static Pair pair(Path certificate, Path key) throws IOException {
        List<X509Certificate> chain = certificates(certificate);
        PublicKey expected = chain.get(0).getPublicKey();
        PrivateKey found = key(key, expected.getAlgorithm());
        if (!belongs(found, expected)) {
            throw new IOException(key + ": not the key of the certificate in " + certificate);
        }
        return new Pair(found, chain);
    }

    /** At least one. */
    static List<X509Certificate> certificates(Path file) throws IOException {
        byte[] pem = read(file);
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate one :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                certificates.add((X509Certificate) one);
            }
        } catch (CertificateException e) {
            throw new IOException(file + ": no certificates in PEM: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new IOException(file + ": no certificate (expected: PEM, BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    private static PrivateKey key(Path file, String algorithm) throws IOException {
        byte[] pem = read(file);
        try {
            Matcher matcher = KEY.matcher(new String(pem, ISO_8859_1));
            if (!matcher.find() || !matcher.group(1).isEmpty()) {
                throw new IOException(
                        file + ": no private key in PKCS#8 (expected: BEGIN PRIVATE KEY; convert others with:"
                                + " openssl pkcs8 -topk8 -nocrypt)");
            }
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(file + ": no private key for a certificate with a key of type " + algorithm, e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /** Neither the JDK nor a client would say that the two do not belong together: every handshake would just fail. */
    private static boolean belongs(PrivateKey key, PublicKey certified) {
        String scheme = switch (certified.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> certified.getAlgorithm();
        };
        byte[] probe = {1, 2, 3, 4};
        try {
            Signature signer = Signature.getInstance(scheme);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            signer.initVerify(certified);
            signer.update(probe);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException(file + ": more than 1 MiB (expected: PEM)");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
    }
}
