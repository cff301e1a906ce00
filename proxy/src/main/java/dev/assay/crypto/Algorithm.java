package dev.assay.crypto;

import java.io.IOException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;

/**
 * What one {@link SignatureScheme} does, on Bouncy Castle's keys. The keys passed in are always ones that the same
 * algorithm returned.
 */
interface Algorithm {

    /** The one algorithm of a scheme. */
    static Algorithm of(SignatureScheme scheme) {
        return switch (scheme) {
            case ED25519 -> Ed25519Algorithm.INSTANCE;
            case ECDSA_P256 -> EcdsaAlgorithm.P256;
            case ECDSA_P384 -> EcdsaAlgorithm.P384;
            case RSA_PSS_SHA256 -> RsaPssAlgorithm.INSTANCE;
            case ML_DSA_44 -> MlDsaAlgorithm.ML_DSA_44;
            case ML_DSA_65 -> MlDsaAlgorithm.ML_DSA_65;
            case ML_DSA_87 -> MlDsaAlgorithm.ML_DSA_87;
        };
    }

    /** What a SubjectPublicKeyInfo and a PKCS#8 key of this scheme name as their algorithm. */
    AlgorithmIdentifier identifier();

    /** The key in the bit string of a SubjectPublicKeyInfo, fully checked; {@link KeyException} says what is wrong. */
    AsymmetricKeyParameter publicKey(byte[] bits) throws KeyException;

    /** The inverse of {@link #publicKey(byte[])}: the one encoding that a key has. */
    byte[] encode(AsymmetricKeyParameter publicKey);

    /** The public half of a private key. */
    AsymmetricKeyParameter publicKey(AsymmetricKeyParameter privateKey);

    /** May throw any unchecked exception on a malformed signature; the caller takes that for false. */
    boolean verify(AsymmetricKeyParameter publicKey, byte[] message, byte[] signature);

    byte[] sign(AsymmetricKeyParameter privateKey, byte[] message);

    AsymmetricKeyParameter generate();

    /** The private key of a PKCS#8 structure whose algorithm is {@link #identifier}. */
    AsymmetricKeyParameter privateKey(PrivateKeyInfo info) throws IOException, KeyException;

    /** In a form that OpenSSL reads. */
    PrivateKeyInfo encodePrivate(AsymmetricKeyParameter privateKey) throws IOException;
}
