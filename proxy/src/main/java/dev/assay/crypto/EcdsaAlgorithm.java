package dev.assay.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** ECDSA (FIPS 186-5) on one named curve with one hash; signatures in DER, made deterministically (RFC 6979). */
final class EcdsaAlgorithm implements Algorithm {
    static final EcdsaAlgorithm P256 =
            new EcdsaAlgorithm("P-256", SECObjectIdentifiers.secp256r1, HashAlgorithm.SHA256, SHA256Digest::new);
    static final EcdsaAlgorithm P384 =
            new EcdsaAlgorithm("P-384", SECObjectIdentifiers.secp384r1, HashAlgorithm.SHA384, SHA384Digest::new);

    private static final byte UNCOMPRESSED = 4;

    private final String curve;
    private final HashAlgorithm hash;
    private final Supplier<org.bouncycastle.crypto.Digest> nonceDigest;
    private final AlgorithmIdentifier identifier;
    private final ECNamedDomainParameters domain;
    private final int fieldBytes;

    private EcdsaAlgorithm(
            String curve,
            ASN1ObjectIdentifier oid,
            HashAlgorithm hash,
            Supplier<org.bouncycastle.crypto.Digest> nonceDigest) {
        this.curve = curve;
        this.hash = hash;
        this.nonceDigest = nonceDigest;
        this.identifier = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, oid);
        this.domain = new ECNamedDomainParameters(oid, CustomNamedCurves.getByOID(oid));
        this.fieldBytes = (domain.getCurve().getFieldSize() + 7) / 8;
    }

    @Override
    public AlgorithmIdentifier identifier() {
        return identifier;
    }

    @Override
    public AsymmetricKeyParameter publicKey(byte[] bits) throws KeyException {
        if (bits.length != 1 + 2 * fieldBytes || bits[0] != UNCOMPRESSED) {
            throw new KeyException(curve + " key: " + bits.length + " bytes (expected: an uncompressed point, 4 and "
                    + 2 * fieldBytes + " bytes)");
        }
        try {
            return new ECPublicKeyParameters(domain.getCurve().decodePoint(bits), domain);
        } catch (IllegalArgumentException e) {
            throw new KeyException(curve + " key: not a point of the curve", e);
        }
    }

    @Override
    public byte[] encode(AsymmetricKeyParameter publicKey) {
        return ((ECPublicKeyParameters) publicKey).getQ().getEncoded(false);
    }

    @Override
    public AsymmetricKeyParameter publicKey(AsymmetricKeyParameter privateKey) {
        BigInteger d = ((ECPrivateKeyParameters) privateKey).getD();
        return new ECPublicKeyParameters(domain.getG().multiply(d), domain);
    }

    @Override
    public boolean verify(AsymmetricKeyParameter publicKey, byte[] message, byte[] signature) {
        BigInteger[] rs;
        try {
            rs = StandardDSAEncoding.INSTANCE.decode(domain.getN(), signature);
        } catch (IOException e) {
            return false;
        }
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, publicKey);
        return verifier.verifySignature(Digest.of(hash, message).bytes(), rs[0], rs[1]);
    }

    @Override
    public byte[] sign(AsymmetricKeyParameter privateKey, byte[] message) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(nonceDigest.get()));
        signer.init(true, privateKey);
        BigInteger[] rs = signer.generateSignature(Digest.of(hash, message).bytes());
        try {
            return StandardDSAEncoding.INSTANCE.encode(domain.getN(), rs[0], rs[1]);
        } catch (IOException e) {
            throw new AssertionError("encoding in memory failed", e);
        }
    }

    @Override
    public AsymmetricKeyParameter generate() {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(domain, new SecureRandom()));
        return generator.generateKeyPair().getPrivate();
    }

    /** A public key that stands beside the private one must be its own, which tells a damaged file. */
    @Override
    public AsymmetricKeyParameter privateKey(PrivateKeyInfo info) throws IOException, KeyException {
        ECPrivateKey key = ECPrivateKey.getInstance(info.parsePrivateKey());
        AsymmetricKeyParameter privateKey = new ECPrivateKeyParameters(key.getKey(), domain);
        ASN1BitString point = key.getPublicKey();
        if (point != null && !Arrays.equals(point.getOctets(), encode(publicKey(privateKey)))) {
            throw new KeyException(curve + " private key: its parts contradict each other");
        }
        return privateKey;
    }

    @Override
    public PrivateKeyInfo encodePrivate(AsymmetricKeyParameter privateKey) throws IOException {
        BigInteger d = ((ECPrivateKeyParameters) privateKey).getD();
        DERBitString point = new DERBitString(encode(publicKey(privateKey)));
        return new PrivateKeyInfo(identifier, new ECPrivateKey(domain.getN().bitLength(), d, point, null));
    }
}
