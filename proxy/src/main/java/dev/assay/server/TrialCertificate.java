package dev.assay.server;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * A certificate for trying TLS out: issued, with P-256 and SHA-256, by an authority that is made for it and whose key is gone before
 * anybody has seen it. So a client may trust the authority without trusting anything but this certificate; and clients that take no
 * certificate for its own authority (rustls, and so uv) are content too. All are PEM text.
 *
 * @param authority for clients to trust
 * @param certificate for the server
 * @param key the server's private key, PKCS#8, not encrypted
 */
public record TrialCertificate(String authority, String certificate, String key) {
    private static final AlgorithmIdentifier ECDSA_SHA256 =
            new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    private static final X500Name ISSUER = new X500Name("CN=Assay trial authority");
    private static final int SERIAL_BITS = 120;
    private static final Pattern LABEL = Pattern.compile("\\*|[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    /** A server, or, to try out client certificates, a client. */
    private static final KeyPurposeId[] PURPOSES = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};

    /**
     * Makes one, valid from an hour before {@code now}, for clocks that are slow.
     *
     * @param names DNS names and IP addresses under which the server is asked; at least one
     * @throws IllegalArgumentException when one is neither; the message says which
     */
    public static TrialCertificate issue(List<String> names, Instant now, Duration validity) {
        try {
            KeyPair root = keyPair();
            KeyPair server = keyPair();
            Date from = Date.from(now.minus(Duration.ofHours(1)));
            Date until = Date.from(now.plus(validity));

            ExtensionsGenerator ofRoot = new ExtensionsGenerator();
            ofRoot.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            ofRoot.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            ofRoot.addExtension(
                    Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifier(root.getPublic())));

            ExtensionsGenerator ofServer = new ExtensionsGenerator();
            ofServer.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            ofServer.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            ofServer.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(PURPOSES));
            ofServer.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
            ofServer.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier(root.getPublic())));

            return new TrialCertificate(
                    signed(ISSUER, root.getPublic(), from, until, ofRoot, root.getPrivate()),
                    signed(new X500Name("CN=Assay"), server.getPublic(), from, until, ofServer, root.getPrivate()),
                    pem("PRIVATE KEY", server.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java has P-256, and these values have an encoding", e);
        }
    }

    private static String signed(
            X500Name subject,
            PublicKey key,
            Date from,
            Date until,
            ExtensionsGenerator extensions,
            PrivateKey issuerKey)
            throws GeneralSecurityException, IOException {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(new BigInteger(SERIAL_BITS, new SecureRandom())));
        generator.setSignature(ECDSA_SHA256);
        generator.setIssuer(ISSUER);
        generator.setSubject(subject);
        generator.setStartDate(new Time(from));
        generator.setEndDate(new Time(until));
        generator.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        generator.setExtensions(extensions.generate());
        TBSCertificate certificate = generator.generateTBSCertificate();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuerKey);
        signature.update(certificate.getEncoded(ASN1Encoding.DER));
        byte[] der = new DERSequence(
                        new ASN1Encodable[] {certificate, ECDSA_SHA256, new DERBitString(signature.sign())})
                .getEncoded(ASN1Encoding.DER);
        return pem("CERTIFICATE", der);
    }

    private static String pem(String label, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }

    private static GeneralNames alternativeNames(List<String> names) {
        return new GeneralNames(
                names.stream().map(TrialCertificate::alternativeName).toArray(GeneralName[]::new));
    }

    private static GeneralName alternativeName(String name) {
        if (Network.address(name).isPresent()) {
            return new GeneralName(GeneralName.iPAddress, name);
        }
        boolean host = !name.isEmpty();
        for (String label : name.split("\\.", -1)) {
            host &= LABEL.matcher(label).matches();
        }
        if (!host || name.matches("(.*\\.)?[0-9]+")) {
            throw new IllegalArgumentException("\"" + name
                    + "\" (expected: a host name in ASCII, such as xn--bcher-kva.example, or an IP address)");
        }
        return new GeneralName(GeneralName.dNSName, name);
    }

    private static byte[] identifier(PublicKey key) {
        return Digest.of(HashAlgorithm.SHA256, key.getEncoded()).bytes();
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }
}
