package dev.assay.crypto;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.jspecify.annotations.Nullable;

/** A public key that can verify: an immutable value, equal when the key material and scheme are equal. Thread-safe. */
public final class PublicKey {
    private final SignatureScheme scheme;
    private final Algorithm algorithm;
    private final AsymmetricKeyParameter key;
    private final byte[] encoded;

    /** A key that {@code scheme}'s algorithm has checked. */
    PublicKey(SignatureScheme scheme, AsymmetricKeyParameter key) {
        this.scheme = scheme;
        this.algorithm = Algorithm.of(scheme);
        this.key = key;
        this.encoded = algorithm.encode(key);
    }

    /**
     * Parses a key as metadata holds it.
     *
     * @param publicValue the {@code keyval.public} string: 64 hex digits (Ed25519), SPKI or PKCS#1 PEM (others)
     * @throws KeyException when the combination is unknown or the key malformed, weak (RSA under 2048 bits) or on another curve
     */
    public static PublicKey parse(String keytype, String scheme, String publicValue) throws KeyException {
        SignatureScheme named = SignatureScheme.of(keytype, scheme)
                .orElseThrow(() -> new KeyException("keytype and scheme are not a supported pair"));
        PublicKey key = named == SignatureScheme.ED25519 ? parseHex(publicValue) : parsePublicPem(publicValue);
        if (key.scheme != named) {
            throw new KeyException("the key is for " + key.scheme.label() + " (expected: " + named.label() + ")");
        }
        return key;
    }

    /**
     * Parses a key from PEM text, SPKI or (RSA) PKCS#1, its scheme told by its algorithm and curve.
     *
     * @throws KeyException when this is no supported key, or it is malformed, weak or encoded in an unusual way
     */
    public static PublicKey parsePublicPem(String pem) throws KeyException {
        Pem block = Pem.parse(pem);
        return switch (block.label()) {
            case Pem.PUBLIC_KEY -> parseSpki(block.content());
            case Pem.RSA_PUBLIC_KEY -> parseBits(SignatureScheme.RSA_PSS_SHA256, block.content());
            default -> throw new KeyException("PEM: not a public key (expected: PUBLIC KEY or RSA PUBLIC KEY)");
        };
    }

    private static PublicKey parseHex(String hex) throws KeyException {
        try {
            return parseBits(SignatureScheme.ED25519, HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new KeyException("Ed25519 key: not 64 hex digits", e);
        }
    }

    /** Bouncy Castle parses parts late and fails in several unchecked ways, so all of that stands in one place. */
    private static PublicKey parseSpki(byte[] der) throws KeyException {
        SignatureScheme scheme;
        byte[] bits;
        try {
            SubjectPublicKeyInfo spki = SubjectPublicKeyInfo.getInstance(der);
            scheme = schemeOf(spki.getAlgorithm());
            bits = spki.getPublicKeyData().getOctets();
        } catch (RuntimeException e) {
            throw new KeyException("public key: not a SubjectPublicKeyInfo", e);
        }
        PublicKey key = parseBits(scheme, bits);
        if (!Arrays.equals(key.spki(), der)) {
            throw new KeyException("public key: its encoding is not DER");
        }
        return key;
    }

    /** The scheme of a key that names only its algorithm; {@link KeyException} when none is supported. */
    static SignatureScheme schemeOf(AlgorithmIdentifier identifier) throws KeyException {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            if (Algorithm.of(scheme).identifier().equals(identifier)) {
                return scheme;
            }
        }
        throw new KeyException(
                "key: unsupported algorithm or curve (expected: Ed25519, EC on P-256 or P-384 by name, RSA, or ML-DSA)");
    }

    private static PublicKey parseBits(SignatureScheme scheme, byte[] bits) throws KeyException {
        PublicKey key = new PublicKey(scheme, Algorithm.of(scheme).publicKey(bits));
        if (!Arrays.equals(key.encoded, bits)) {
            throw new KeyException("public key: its encoding is not DER");
        }
        return key;
    }

    /** The scheme under which the key verifies. */
    public SignatureScheme scheme() {
        return scheme;
    }

    /** The {@code keyval.public} string as our author writes it: hex for Ed25519, SPKI PEM for the others. */
    public String publicValue() {
        return scheme == SignatureScheme.ED25519 ? HexFormat.of().formatHex(encoded) : pem();
    }

    /** SPKI PEM text, with a final line feed. */
    public String pem() {
        return new Pem(Pem.PUBLIC_KEY, spki()).text();
    }

    private byte[] spki() {
        try {
            return new SubjectPublicKeyInfo(algorithm.identifier(), encoded).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new AssertionError("encoding in memory failed", e);
        }
    }

    /** False for a signature that is wrong, malformed or of another length; never throws. */
    public boolean verify(byte[] message, byte[] signature) {
        try {
            return algorithm.verify(key, message, signature);
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PublicKey that && scheme == that.scheme && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    /** The scheme and the first 16 hex digits of the SHA-256 of the key's SPKI form: for logs. */
    @Override
    public String toString() {
        return scheme.label() + ":"
                + Digest.of(HashAlgorithm.SHA256, spki()).hex().substring(0, 16);
    }
}
