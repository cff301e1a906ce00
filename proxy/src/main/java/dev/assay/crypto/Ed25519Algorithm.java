package dev.assay.crypto;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Pure Ed25519 (RFC 8032 5.1). */
final class Ed25519Algorithm implements Algorithm {
    static final Ed25519Algorithm INSTANCE = new Ed25519Algorithm();
    /** id-Ed25519 (RFC 8410). */
    private static final AlgorithmIdentifier IDENTIFIER =
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.101.112"));

    private Ed25519Algorithm() {}

    @Override
    public AlgorithmIdentifier identifier() {
        return IDENTIFIER;
    }

    /** Points outside the prime-order group are refused too: under some of them one signature fits every message. */
    @Override
    public AsymmetricKeyParameter publicKey(byte[] bits) throws KeyException {
        if (bits.length != Ed25519.PUBLIC_KEY_SIZE) {
            throw new KeyException("Ed25519 key: " + bits.length + " bytes (expected: 32)");
        }
        if (!Ed25519.validatePublicKeyFull(bits, 0)) {
            throw new KeyException("Ed25519 key: not a point of the group");
        }
        return new Ed25519PublicKeyParameters(bits);
    }

    @Override
    public byte[] encode(AsymmetricKeyParameter publicKey) {
        return ((Ed25519PublicKeyParameters) publicKey).getEncoded();
    }

    @Override
    public AsymmetricKeyParameter publicKey(AsymmetricKeyParameter privateKey) {
        return ((Ed25519PrivateKeyParameters) privateKey).generatePublicKey();
    }

    @Override
    public boolean verify(AsymmetricKeyParameter publicKey, byte[] message, byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_SIZE
                && ((Ed25519PublicKeyParameters) publicKey)
                        .verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    }

    @Override
    public byte[] sign(AsymmetricKeyParameter privateKey, byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        ((Ed25519PrivateKeyParameters) privateKey)
                .sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
        return signature;
    }

    @Override
    public AsymmetricKeyParameter generate() {
        return new Ed25519PrivateKeyParameters(new SecureRandom());
    }

    @Override
    public AsymmetricKeyParameter privateKey(PrivateKeyInfo info) throws IOException, KeyException {
        byte[] seed = ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
        if (seed.length != Ed25519.SECRET_KEY_SIZE) {
            throw new KeyException("Ed25519 private key: " + seed.length + " bytes (expected: 32)");
        }
        return new Ed25519PrivateKeyParameters(seed);
    }

    /** Without the public key, which PKCS#8 version 2 allows but OpenSSL 3.0 does not read. */
    @Override
    public PrivateKeyInfo encodePrivate(AsymmetricKeyParameter privateKey) throws IOException {
        return new PrivateKeyInfo(
                IDENTIFIER, new DEROctetString(((Ed25519PrivateKeyParameters) privateKey).getEncoded()));
    }
}
