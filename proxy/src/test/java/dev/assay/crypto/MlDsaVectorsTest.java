package dev.assay.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ML-DSA against others: published vectors, and keys and signatures as the folder {@code mldsa}'s README says. */
class MlDsaVectorsTest {
    private static final char[] PASSPHRASE = "ключ-clé".toCharArray();
    private static final HexFormat HEX = HexFormat.of();

    /** Seed 00 01 … 1f. */
    private static final byte[] SEED = HEX.parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    /**
     * C2SP/CCTV, ML-DSA/accumulated, 100 rounds: seeds from SHAKE128 of nothing; public keys and deterministic signatures of an empty
     * message go into another SHAKE128, whose first 32 bytes are the vector.
     */
    @ParameterizedTest
    @CsvSource({
        "ML_DSA_44, d51148e1f9f4fa1a723a6cf42e25f2a99eb5c1b378b3d2dbbd561b1203beeae4",
        "ML_DSA_65, 8358a1843220194417cadbc2651295cd8fc65125b5a5c1a239a16dc8b57ca199",
        "ML_DSA_87, 8c3ad714777622b8f21ce31bb35f71394f23bc0fcf3c78ace5d608990f3b061b",
    })
    void accumulatedKeysAndSignaturesAreThePublishedOnes(SignatureScheme scheme, String expected) throws Exception {
        SHAKEDigest seeds = new SHAKEDigest(128);
        SHAKEDigest results = new SHAKEDigest(128);
        for (int i = 0; i < 100; i++) {
            byte[] seed = new byte[32];
            seeds.doOutput(seed, 0, seed.length);
            absorb(
                    results,
                    publicBits(SigningKey.ofPkcs8(seedForm(scheme, seed)).publicKey()));
            MLDSASigner deterministic = new MLDSASigner();
            deterministic.init(true, new MLDSAPrivateKeyParameters(parameters(scheme), seed));
            absorb(results, deterministic.generateSignature());
        }
        byte[] sum = new byte[32];
        results.doFinal(sum, 0, sum.length);
        assertThat(HEX.formatHex(sum)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void signatureByOpenSslVerifies(SignatureScheme scheme) throws Exception {
        PublicKey key = PublicKey.parse("ml-dsa", scheme.label(), Resources.text(file(scheme, ".pub.pem")));
        byte[] message = Resources.bytes("openssl/message.txt");
        byte[] signature = Resources.bytes(file(scheme, ".sig"));
        assertThat(key.verify(message, signature)).isTrue();
        assertThat(key.verify(new byte[] {1}, signature)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "context"})
    void signatureOverAnythingElseThanTheDraftSaysDoesNotVerify(String other) throws Exception {
        PublicKey key = KeyFile.readPublic(Resources.path("mldsa/ml-dsa-44.pub.pem"));
        assertThat(key.verify(
                        Resources.bytes("openssl/message.txt"), Resources.bytes("mldsa/ml-dsa-44-" + other + ".sig")))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void publicPemIsWrittenAsOpenSslWritesIt(SignatureScheme scheme) throws Exception {
        String pem = Resources.text(file(scheme, ".pub.pem"));
        PublicKey key = PublicKey.parsePublicPem(pem);
        assertThat(key.scheme()).isEqualTo(scheme);
        assertThat(key.publicValue()).isEqualTo(pem);
    }

    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void encryptedKeyByOpenSslIsRead(SignatureScheme scheme) throws Exception {
        SigningKey key = KeyFile.read(Resources.path(file(scheme, ".encrypted.pem")), PASSPHRASE);
        assertThat(key.publicKey()).isEqualTo(published(scheme));
        assertThat(key.pkcs8()).isEqualTo(seedForm(scheme, SEED));
    }

    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void expandedKeyByTheJdkIsReadSignsAndIsWrittenAsItIs(SignatureScheme scheme) throws Exception {
        byte[] der = Resources.bytes(file(scheme, ".expanded.der"));
        SigningKey key = SigningKey.ofPkcs8(der);
        assertThat(key.publicKey()).isEqualTo(published(scheme));
        assertThat(key.publicKey().verify(SEED, key.sign(SEED))).isTrue();
        assertThat(key.pkcs8()).isEqualTo(der);
    }

    @ParameterizedTest
    @EnumSource(names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
    void keyWithSeedAndExpandedFormIsRead(SignatureScheme scheme) throws Exception {
        byte[] expanded = expanded(scheme);
        assertThat(SigningKey.ofPkcs8(both(scheme, SEED, expanded)).publicKey()).isEqualTo(published(scheme));
    }

    @Test
    void seedThatContradictsTheExpandedKeyIsRefused() throws Exception {
        byte[] other = SEED.clone();
        other[0] ^= 1;
        byte[] both = both(SignatureScheme.ML_DSA_44, other, expanded(SignatureScheme.ML_DSA_44));
        assertThatThrownBy(() -> SigningKey.ofPkcs8(both)).isInstanceOf(KeyException.class);
    }

    /** Damage to the seed of the matrix, the hash of the public key and the first secret vector. */
    @ParameterizedTest
    @ValueSource(ints = {0, 31, 64, 127, 128, 200, 511})
    void expandedKeyThatContradictsItsPublicHalfIsRefused(int at) throws Exception {
        byte[] damaged = Resources.bytes("mldsa/ml-dsa-44.expanded.der");
        damaged[damaged.length - 2560 + at] ^= 1;
        assertThatThrownBy(() -> SigningKey.ofPkcs8(damaged)).isInstanceOf(KeyException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 2559, 2561, 4032})
    void privateKeyOfAnotherLengthIsRefused(int length) throws Exception {
        byte[] der = new PrivateKeyInfo(MlDsaAlgorithm.ML_DSA_44.identifier(), new DEROctetString(new byte[length]))
                .getEncoded();
        assertThatThrownBy(() -> SigningKey.ofPkcs8(der)).isInstanceOf(KeyException.class);
    }

    @Test
    void keyOfAnotherParameterSetThanItsSchemeIsRefused() throws Exception {
        String pem = Resources.text("mldsa/ml-dsa-65.pub.pem");
        assertThatThrownBy(() -> PublicKey.parse("ml-dsa", "ml-dsa-87/1", pem))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("the key is for ml-dsa-65/1");
    }

    @Test
    void publicKeyOfAnotherLengthIsRefused() {
        for (int length : new int[] {0, 1311, 1313, 1952}) {
            assertThatThrownBy(() -> MlDsaAlgorithm.ML_DSA_44.publicKey(new byte[length]))
                    .isInstanceOf(KeyException.class)
                    .hasMessage("ml-dsa-44 key: " + length + " bytes (expected: 1312)");
        }
    }

    private static PublicKey published(SignatureScheme scheme) throws Exception {
        return PublicKey.parsePublicPem(Resources.text(file(scheme, ".pub.pem")));
    }

    private static String file(SignatureScheme scheme, String ending) {
        return "mldsa/" + scheme.label().replace("/1", ending);
    }

    /** By hand, as RFC 9881 has it: the last byte of the algorithm's identifier tells the parameter set. */
    private static byte[] seedForm(SignatureScheme scheme, byte[] seed) {
        String last = switch (scheme) {
            case ML_DSA_44 -> "11";
            case ML_DSA_65 -> "12";
            case ML_DSA_87 -> "13";
            case ED25519, ECDSA_P256, ECDSA_P384, RSA_PSS_SHA256 -> throw new IllegalArgumentException(scheme.label());
        };
        return HEX.parseHex("3034020100300b06096086480165030403" + last + "0422" + "8020" + HEX.formatHex(seed));
    }

    private static byte[] expanded(SignatureScheme scheme) throws Exception {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(Resources.bytes(file(scheme, ".expanded.der")));
        return ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
    }

    private static byte[] both(SignatureScheme scheme, byte[] seed, byte[] expanded) throws Exception {
        DERSequence parts =
                new DERSequence(new DEROctetString[] {new DEROctetString(seed), new DEROctetString(expanded)});
        return new PrivateKeyInfo(Algorithm.of(scheme).identifier(), parts).getEncoded();
    }

    private static byte[] publicBits(PublicKey key) throws KeyException {
        byte[] spki = Pem.parse(key.pem()).content();
        return Arrays.copyOfRange(spki, 22, spki.length);
    }

    private static MLDSAParameters parameters(SignatureScheme scheme) {
        return switch (scheme) {
            case ML_DSA_44 -> MLDSAParameters.ml_dsa_44;
            case ML_DSA_65 -> MLDSAParameters.ml_dsa_65;
            case ML_DSA_87 -> MLDSAParameters.ml_dsa_87;
            case ED25519, ECDSA_P256, ECDSA_P384, RSA_PSS_SHA256 -> throw new IllegalArgumentException(scheme.label());
        };
    }

    private static void absorb(SHAKEDigest digest, byte[] bytes) {
        digest.update(bytes, 0, bytes.length);
    }
}
