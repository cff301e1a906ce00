package dev.assay.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/**
 * ML-DSA (FIPS 204) as TAP 21, a draft, uses it: what is signed is {@code "tuf"}, the byte 1 and the SHA-512 of the message,
 * by pure ML-DSA with an empty context. So a hardware module never gets more than 68 bytes to sign, and no signature that was made
 * elsewhere fits. Public keys are SubjectPublicKeyInfo (RFC 9881).
 */
final class MlDsaAlgorithm implements Algorithm {
    static final MlDsaAlgorithm ML_DSA_44 =
            new MlDsaAlgorithm(MLDSAParameters.ml_dsa_44, NISTObjectIdentifiers.id_ml_dsa_44, 1312, 2420);
    static final MlDsaAlgorithm ML_DSA_65 =
            new MlDsaAlgorithm(MLDSAParameters.ml_dsa_65, NISTObjectIdentifiers.id_ml_dsa_65, 1952, 3309);
    static final MlDsaAlgorithm ML_DSA_87 =
            new MlDsaAlgorithm(MLDSAParameters.ml_dsa_87, NISTObjectIdentifiers.id_ml_dsa_87, 2592, 4627);

    /** The domain separator of version 1, which the {@code /1} of the scheme's name stands for. */
    private static final byte[] DOMAIN = "tuf\u0001".getBytes(StandardCharsets.US_ASCII);

    private final MLDSAParameters parameters;
    private final AlgorithmIdentifier identifier;
    private final int publicBytes;
    private final int signatureBytes;

    private MlDsaAlgorithm(MLDSAParameters parameters, ASN1ObjectIdentifier oid, int publicBytes, int signatureBytes) {
        this.parameters = parameters;
        this.identifier = new AlgorithmIdentifier(oid);
        this.publicBytes = publicBytes;
        this.signatureBytes = signatureBytes;
    }

    @Override
    public AlgorithmIdentifier identifier() {
        return identifier;
    }

    /** Every string of the right length is a key. */
    @Override
    public AsymmetricKeyParameter publicKey(byte[] bits) throws KeyException {
        if (bits.length != publicBytes) {
            throw new KeyException(
                    parameters.getName() + " key: " + bits.length + " bytes (expected: " + publicBytes + ")");
        }
        return new MLDSAPublicKeyParameters(parameters, bits);
    }

    @Override
    public byte[] encode(AsymmetricKeyParameter publicKey) {
        return ((MLDSAPublicKeyParameters) publicKey).getEncoded();
    }

    @Override
    public AsymmetricKeyParameter publicKey(AsymmetricKeyParameter privateKey) {
        return ((MLDSAPrivateKeyParameters) privateKey).getPublicKeyParameters();
    }

    @Override
    public boolean verify(AsymmetricKeyParameter publicKey, byte[] message, byte[] signature) {
        if (signature.length != signatureBytes) {
            return false;
        }
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, publicKey);
        absorb(verifier, message);
        return verifier.verifySignature(signature);
    }

    /** Hedged with randomness, as FIPS 204 recommends. */
    @Override
    public byte[] sign(AsymmetricKeyParameter privateKey, byte[] message) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, new ParametersWithRandom(privateKey, new SecureRandom()));
        absorb(signer, message);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("signing with ML-DSA failed", e);
        }
    }

    private static void absorb(MLDSASigner signer, byte[] message) {
        byte[] digest = Digest.of(HashAlgorithm.SHA512, message).bytes();
        signer.update(DOMAIN, 0, DOMAIN.length);
        signer.update(digest, 0, digest.length);
    }

    @Override
    public AsymmetricKeyParameter generate() {
        MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
        generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), parameters));
        return generator.generateKeyPair().getPrivate();
    }

    /**
     * Any of the three forms of RFC 9881: seed, expanded key or both. An expanded key can contradict the public half that it has the
     * hash of, so a trial signature is checked.
     */
    @Override
    public AsymmetricKeyParameter privateKey(PrivateKeyInfo info) throws IOException, KeyException {
        AsymmetricKeyParameter privateKey = PrivateKeyFactory.createKey(info);
        byte[] trial = {};
        if (!verify(publicKey(privateKey), trial, sign(privateKey, trial))) {
            throw new KeyException(parameters.getName() + " private key: its parts contradict each other");
        }
        return privateKey;
    }

    /** The seed alone, as RFC 9881 recommends; the expanded key where no seed came with it. */
    @Override
    public PrivateKeyInfo encodePrivate(AsymmetricKeyParameter privateKey) throws IOException {
        MLDSAPrivateKeyParameters key = (MLDSAPrivateKeyParameters) privateKey;
        byte[] seed = key.getSeed();
        return seed == null
                ? new PrivateKeyInfo(identifier, new DEROctetString(key.getEncoded()))
                : new PrivateKeyInfo(identifier, new DERTaggedObject(false, 0, new DEROctetString(seed)));
    }
}
