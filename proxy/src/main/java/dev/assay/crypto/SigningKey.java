package dev.assay.crypto;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/** A private key that can sign. Thread-safe. Its text form shows the public half only. */
public final class SigningKey {
    private final Algorithm algorithm;
    private final AsymmetricKeyParameter key;
    private final PublicKey publicKey;

    private SigningKey(SignatureScheme scheme, AsymmetricKeyParameter key) {
        this.algorithm = Algorithm.of(scheme);
        this.key = key;
        this.publicKey = new PublicKey(scheme, algorithm.publicKey(key));
    }

    /** A new key from the system's secure random source; RSA keys have 3072 bits. */
    public static SigningKey generate(SignatureScheme scheme) {
        return new SigningKey(scheme, Algorithm.of(scheme).generate());
    }

    /** From a PKCS#8 PrivateKeyInfo in DER. */
    static SigningKey ofPkcs8(byte[] der) throws KeyException {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(der);
            SignatureScheme scheme = PublicKey.schemeOf(info.getPrivateKeyAlgorithm());
            return new SigningKey(scheme, Algorithm.of(scheme).privateKey(info));
        } catch (IOException | RuntimeException e) {
            throw new KeyException("private key: malformed, or of an unsupported kind");
        }
    }

    /** The PKCS#8 PrivateKeyInfo in DER; the caller wipes it. */
    byte[] pkcs8() {
        try {
            return algorithm.encodePrivate(key).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new AssertionError("encoding in memory failed", e);
        }
    }

    /** The public half. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /** A signature of {@code message} that {@link PublicKey#verify} accepts. */
    public byte[] sign(byte[] message) {
        return algorithm.sign(key, message);
    }

    @Override
    public String toString() {
        return "private half of " + publicKey;
    }
}
