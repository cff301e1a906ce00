package dev.assay.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.RSABlindedEngine;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.PSSSigner;

/** RSASSA-PSS (RFC 8017 8.1) with SHA-256 and MGF1-SHA-256: signs with a salt of 32 bytes, verifies with any. */
final class RsaPssAlgorithm implements Algorithm {
    static final RsaPssAlgorithm INSTANCE = new RsaPssAlgorithm();

    private static final AlgorithmIdentifier IDENTIFIER =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    private static final int MIN_BITS = 2048;
    private static final int MAX_BITS = 8192;
    private static final int MAX_EXPONENT_BITS = 64;
    private static final int GENERATED_BITS = 3072;
    private static final int PRIME_CERTAINTY = 128;
    private static final int SALT_BYTES = 32;

    private RsaPssAlgorithm() {}

    @Override
    public AlgorithmIdentifier identifier() {
        return IDENTIFIER;
    }

    @Override
    public AsymmetricKeyParameter publicKey(byte[] bits) throws KeyException {
        RSAPublicKey key;
        try {
            key = RSAPublicKey.getInstance(bits);
        } catch (RuntimeException e) {
            throw new KeyException("RSA key: malformed", e);
        }
        return checked(key.getModulus(), key.getPublicExponent());
    }

    private static RSAKeyParameters checked(BigInteger modulus, BigInteger exponent) throws KeyException {
        int bits = modulus.bitLength();
        if (modulus.signum() <= 0 || bits < MIN_BITS || bits > MAX_BITS) {
            throw new KeyException("RSA key: " + bits + " bits (expected: " + MIN_BITS + " to " + MAX_BITS + ")");
        }
        if (exponent.compareTo(BigInteger.TWO) <= 0 || exponent.bitLength() > MAX_EXPONENT_BITS) {
            throw new KeyException("RSA key: public exponent out of range (expected: 3 to 64 bits)");
        }
        if (!modulus.testBit(0) || !exponent.testBit(0)) {
            throw new KeyException("RSA key: even modulus or exponent (expected: both odd)");
        }
        return unfactored(modulus, exponent);
    }

    /**
     * Without Bouncy Castle's search for factors of the modulus, which takes a quarter of a second for each key of a process that has just
     * started. It tells nothing of whom to trust: a key gets here because somebody who is trusted names it, in the pinned root or in signed
     * metadata, and whoever chose a modulus that others can factor could as well have given the private key away.
     */
    private static RSAKeyParameters unfactored(BigInteger modulus, BigInteger exponent) {
        return new RSAKeyParameters(false, modulus, exponent, true);
    }

    @Override
    public byte[] encode(AsymmetricKeyParameter publicKey) {
        RSAKeyParameters key = (RSAKeyParameters) publicKey;
        try {
            return new RSAPublicKey(key.getModulus(), key.getExponent()).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new AssertionError("encoding in memory failed", e);
        }
    }

    @Override
    public AsymmetricKeyParameter publicKey(AsymmetricKeyParameter privateKey) {
        RSAPrivateCrtKeyParameters key = (RSAPrivateCrtKeyParameters) privateKey;
        return unfactored(key.getModulus(), key.getPublicExponent());
    }

    @Override
    public boolean verify(AsymmetricKeyParameter publicKey, byte[] message, byte[] signature) {
        RSAKeyParameters key = (RSAKeyParameters) publicKey;
        if (signature.length != (key.getModulus().bitLength() + 7) / 8) {
            return false;
        }
        int saltBytes = PssPadding.saltLength(key, signature);
        if (saltBytes < 0) {
            return false;
        }
        PSSSigner verifier = new PSSSigner(new RSABlindedEngine(), SHA256Digest.newInstance(), saltBytes);
        verifier.init(false, key);
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    @Override
    public byte[] sign(AsymmetricKeyParameter privateKey, byte[] message) {
        PSSSigner signer = new PSSSigner(new RSABlindedEngine(), SHA256Digest.newInstance(), SALT_BYTES);
        signer.init(true, new ParametersWithRandom(privateKey, new SecureRandom()));
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("signing with RSA failed", e);
        }
    }

    @Override
    public AsymmetricKeyParameter generate() {
        return generate(GENERATED_BITS);
    }

    AsymmetricKeyParameter generate(int bits) {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(
                new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), bits, PRIME_CERTAINTY));
        return generator.generateKeyPair().getPrivate();
    }

    /** The numbers of an RSA key can contradict each other, so a trial signature is checked. */
    @Override
    public AsymmetricKeyParameter privateKey(PrivateKeyInfo info) throws IOException, KeyException {
        RSAPrivateKey key = RSAPrivateKey.getInstance(info.parsePrivateKey());
        RSAKeyParameters publicKey = checked(key.getModulus(), key.getPublicExponent());
        AsymmetricKeyParameter privateKey = new RSAPrivateCrtKeyParameters(
                key.getModulus(),
                key.getPublicExponent(),
                key.getPrivateExponent(),
                key.getPrime1(),
                key.getPrime2(),
                key.getExponent1(),
                key.getExponent2(),
                key.getCoefficient());
        byte[] trial = {};
        if (!verify(publicKey, trial, sign(privateKey, trial))) {
            throw new KeyException("RSA private key: its parts contradict each other");
        }
        return privateKey;
    }

    @Override
    public PrivateKeyInfo encodePrivate(AsymmetricKeyParameter privateKey) throws IOException {
        RSAPrivateCrtKeyParameters key = (RSAPrivateCrtKeyParameters) privateKey;
        return new PrivateKeyInfo(
                IDENTIFIER,
                new RSAPrivateKey(
                        key.getModulus(),
                        key.getPublicExponent(),
                        key.getExponent(),
                        key.getP(),
                        key.getQ(),
                        key.getDP(),
                        key.getDQ(),
                        key.getQInv()));
    }
}
