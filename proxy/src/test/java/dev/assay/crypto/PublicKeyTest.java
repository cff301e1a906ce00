package dev.assay.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
    private static final byte[] MESSAGE = {1, 2, 3};
    private static final Map<SignatureScheme, SigningKey> KEYS = new EnumMap<>(SignatureScheme.class);

    static {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            KEYS.put(
                    scheme,
                    scheme == SignatureScheme.RSA_PSS_SHA256 ? Resources.rsaKey() : SigningKey.generate(scheme));
        }
    }

    @ParameterizedTest
    @EnumSource
    void ownSignatureVerifies(SignatureScheme scheme) {
        SigningKey key = key(scheme);
        assertThat(key.publicKey().verify(MESSAGE, key.sign(MESSAGE))).isTrue();
    }

    /** The smallest size, because larger keys take long to make. */
    /** The JDK takes a signature only when its salt has the length told. */
    @Test
    void pssIsSignedWithASaltOf32Bytes() throws Exception {
        SigningKey key = Resources.rsaKey();
        byte[] spki = Pem.parse(key.publicKey().publicValue()).content();
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        pss.initVerify(KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki)));
        pss.update(MESSAGE);
        assertThat(pss.verify(key.sign(MESSAGE))).isTrue();
    }

    @Test
    void generatedRsaKeySigns() {
        RsaPssAlgorithm algorithm = RsaPssAlgorithm.INSTANCE;
        AsymmetricKeyParameter key = algorithm.generate(2048);
        PublicKey publicKey = new PublicKey(SignatureScheme.RSA_PSS_SHA256, algorithm.publicKey(key));
        assertThat(publicKey.verify(MESSAGE, algorithm.sign(key, MESSAGE))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void publicValueIsReadBackAsTheSameKey(SignatureScheme scheme) throws KeyException {
        PublicKey key = key(scheme).publicKey();
        assertThat(PublicKey.parse(scheme.keytype(), scheme.label(), key.publicValue()))
                .isEqualTo(key);
        assertThat(PublicKey.parsePublicPem(key.pem())).isEqualTo(key);
    }

    @ParameterizedTest
    @EnumSource
    void anyFlippedBitBreaksASignature(SignatureScheme scheme) {
        SigningKey key = key(scheme);
        byte[] signature = key.sign(MESSAGE);
        for (int bit = 0; bit < 8 * signature.length; bit += 23) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(key.publicKey().verify(MESSAGE, flipped))
                    .as("bit %d", bit)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void signatureOfAnotherLengthDoesNotVerify(SignatureScheme scheme) {
        SigningKey key = key(scheme);
        byte[] signature = key.sign(MESSAGE);
        assertThat(key.publicKey().verify(MESSAGE, new byte[0])).isFalse();
        assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, signature.length - 1)))
                .isFalse();
        assertThat(key.publicKey().verify(MESSAGE, Arrays.copyOf(signature, signature.length + 1)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void randomSignatureNeitherVerifiesNorThrows(SignatureScheme scheme) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        PublicKey key = key(scheme).publicKey();
        int usual = key(scheme).sign(MESSAGE).length;
        for (int i = 0; i < 200; i++) {
            byte[] signature = new byte[i % 2 == 0 ? usual : random.nextInt(600)];
            random.nextBytes(signature);
            assertThat(key.verify(MESSAGE, signature)).as("seed %d", seed).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3006020100020100, zeros",
        "3006020101020100, zero s",
        "30060201ff0201ff, negative",
        "300702020001020101, padded r",
        "308106020101020101, long form of a length",
        "30060201010201010000, trailing bytes",
        "30090201010201010201 01, third number",
        "3080020101020101 0000, indefinite length",
        "0201010201 01, no sequence",
    })
    void ecdsaSignatureThatIsNotDerDoesNotVerify(String hex, String what) {
        byte[] signature = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(key(SignatureScheme.ECDSA_P256).publicKey().verify(MESSAGE, signature))
                .isFalse();
    }

    @Test
    void goodEcdsaNumbersInAnotherEncodingDoNotVerify() throws Exception {
        SigningKey key = key(SignatureScheme.ECDSA_P256);
        byte[] der = key.sign(MESSAGE);
        BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(BigInteger.ONE.shiftLeft(256), der);
        byte[] padded = HexFormat.of().parseHex("3046022100%064x022100%064x".formatted(rs[0], rs[1]));
        boolean bothHigh = rs[0].testBit(255) && rs[1].testBit(255);
        assertThat(key.publicKey().verify(MESSAGE, padded)).isEqualTo(bothHigh);
    }

    @Test
    void ed25519SignatureWithAnUnreducedScalarDoesNotVerify() {
        SigningKey key = key(SignatureScheme.ED25519);
        byte[] signature = key.sign(MESSAGE);
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        BigInteger s = new BigInteger(1, reversed(Arrays.copyOfRange(signature, 32, 64))).add(order);
        byte[] scalar = HexFormat.of().parseHex("%064x".formatted(s));
        System.arraycopy(reversed(scalar), 0, signature, 32, 32);
        assertThat(key.publicKey().verify(MESSAGE, signature)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecdsa", "ecdsa-sha2-nistp256"})
    void bothKeytypesOfEcdsaAreOneKey(String keytype) throws KeyException {
        PublicKey key = key(SignatureScheme.ECDSA_P256).publicKey();
        assertThat(PublicKey.parse(keytype, "ecdsa-sha2-nistp256", key.publicValue()))
                .isEqualTo(key);
    }

    @Test
    void spellingOfAKeyDoesNotMatter() throws KeyException {
        PublicKey key = key(SignatureScheme.ECDSA_P384).publicKey();
        String pem = key.publicValue();
        String oneLine = pem.replaceAll("(?<=[A-Za-z0-9+/])\n(?=[A-Za-z0-9+/=])", "");
        for (String spelling : new String[] {pem.strip(), "\n" + pem + "\n", pem.replace("\n", "\r\n"), oneLine}) {
            assertThat(PublicKey.parsePublicPem(spelling)).isEqualTo(key).hasSameHashCodeAs(key);
        }
    }

    @Test
    void hexOfEitherCaseIsOneKey() throws KeyException {
        PublicKey key = key(SignatureScheme.ED25519).publicKey();
        String upper = key.publicValue().toUpperCase(Locale.ROOT);
        assertThat(PublicKey.parse("ed25519", "ed25519", upper)).isEqualTo(key);
    }

    @Test
    void differentKeysAreNotEqual() {
        assertThat(SigningKey.generate(SignatureScheme.ED25519).publicKey())
                .isNotEqualTo(key(SignatureScheme.ED25519).publicKey());
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, ecdsa-sha2-nistp256",
        "ecdsa, ed25519",
        "ecdsa-sha2-nistp384, ecdsa-sha2-nistp256",
        "rsa, rsa-pkcs1v15-sha256",
        "rsassa-pss-sha256, rsassa-pss-sha256",
        "ed25519, Ed25519",
        "'', ''",
    })
    void otherPairOfKeytypeAndSchemeIsRefused(String keytype, String scheme) {
        for (SigningKey key : KEYS.values()) {
            assertThatThrownBy(() ->
                            PublicKey.parse(keytype, scheme, key.publicKey().publicValue()))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("not a supported pair");
        }
    }

    @Test
    void keyOnAnotherCurveThanItsSchemeIsRefused() {
        String p384 = key(SignatureScheme.ECDSA_P384).publicKey().publicValue();
        assertThatThrownBy(() -> PublicKey.parse("ecdsa", "ecdsa-sha2-nistp256", p384))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("ecdsa-sha2-nistp384");
    }

    @ParameterizedTest
    @CsvSource({
        "'', no digits",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751, short",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00, long",
        "g75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, no hex",
        "0200000000000000000000000000000000000000000000000000000000000000, no point",
        "0100000000000000000000000000000000000000000000000000000000000000, neutral element",
        "0000000000000000000000000000000000000000000000000000000000000000, small order",
        "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f, y not reduced",
    })
    void malformedEd25519KeyIsRefused(String hex, String what) {
        assertThatThrownBy(() -> PublicKey.parse("ed25519", "ed25519", hex)).isInstanceOf(KeyException.class);
    }

    @Test
    void pointOffTheCurveIsRefused() {
        byte[] der = der(SignatureScheme.ECDSA_P256);
        der[der.length - 1] ^= 1;
        assertRefused(pem("PUBLIC KEY", der), "not a point of the curve");
    }

    @Test
    void bytesAfterTheKeyAreRefused() {
        byte[] der = der(SignatureScheme.ECDSA_P256);
        assertRefused(pem("PUBLIC KEY", Arrays.copyOf(der, der.length + 1)), "public key: ");
    }

    @Test
    void bitStringThatIsNoWholeNumberOfBytesIsRefused() {
        byte[] der = der(SignatureScheme.ECDSA_P256);
        der[25] = 1;
        der[der.length - 1] &= (byte) 0xFE;
        assertRefused(pem("PUBLIC KEY", der), "not a SubjectPublicKeyInfo");
    }

    @Test
    void lengthInLongFormIsRefused() {
        byte[] der = der(SignatureScheme.ED25519);
        String hex = HexFormat.of().formatHex(der);
        byte[] ber = HexFormat.of().parseHex("3081" + hex.substring(2));
        assertRefused(pem("PUBLIC KEY", ber), "not DER");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "-----BEGIN PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----",
                "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "-----BEGIN -----END -----",
            })
    void malformedPemIsRefused(String pem) {
        assertThatThrownBy(() -> PublicKey.parsePublicPem(pem)).isInstanceOf(KeyException.class);
    }

    @Test
    void textAroundAPemIsRefused() {
        String pem = key(SignatureScheme.ED25519).publicKey().publicValue();
        assertRefused("words\n" + key(SignatureScheme.ED25519).publicKey().pem(), "one PEM block");
        assertRefused(key(SignatureScheme.ED25519).publicKey().pem() + "words", "END line");
        assertRefused(pem, "one PEM block");
    }

    @Test
    void hugePemIsRefused() {
        assertRefused(pem("PUBLIC KEY", new byte[100_000]), "expected: at most 32768");
    }

    @ParameterizedTest
    @CsvSource({
        "2047, 65537, expected: 2048 to 8192",
        "8200, 65537, expected: 2048 to 8192",
        "2048, 1, public exponent out of range",
        "2048, 65536, expected: both odd",
        "2048, 36893488147419103233, public exponent out of range",
    })
    void rsaKeyOfUnsuitableSizeIsRefused(int bits, BigInteger exponent, String message) {
        BigInteger modulus = BigInteger.TWO.pow(bits - 1).add(BigInteger.ONE);
        byte[] der = rsa(modulus, exponent);
        assertRefused(pem("RSA PUBLIC KEY", der), message);
    }

    @Test
    void rsaKeyOfAnEvenModulusIsRefused() {
        byte[] der = rsa(BigInteger.TWO.pow(2047), BigInteger.valueOf(65537));
        assertRefused(pem("RSA PUBLIC KEY", der), "expected: both odd");
    }

    /** Whoever names a key answers for it; looking for factors would cost each start of a command a quarter of a second. */
    @Test
    void rsaModulusIsNotSearchedForFactors() throws Exception {
        BigInteger divisibleByThree = BigInteger.TWO.pow(2047).add(BigInteger.ONE);
        byte[] der = rsa(divisibleByThree, BigInteger.valueOf(65537));
        assertThat(PublicKey.parsePublicPem(pem("RSA PUBLIC KEY", der)).scheme())
                .isEqualTo(SignatureScheme.RSA_PSS_SHA256);
    }

    @ParameterizedTest
    @EnumSource
    void damagedKeyIsRefusedWithKeyExceptionOnly(SignatureScheme scheme) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int rounds = scheme == SignatureScheme.RSA_PSS_SHA256 ? 20 : 200;
        for (int i = 0; i < rounds; i++) {
            byte[] der = der(scheme);
            der[random.nextInt(der.length)] = (byte) random.nextInt(256);
            String pem = pem("PUBLIC KEY", der);
            assertThatCode(() -> parseOrRefuse(pem)).as("seed %d", seed).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @EnumSource
    void privateKeyDoesNotShowInText(SignatureScheme scheme) {
        assertThat(key(scheme)).hasToString("private half of " + key(scheme).publicKey());
    }

    private static void parseOrRefuse(String pem) {
        try {
            PublicKey.parsePublicPem(pem).verify(MESSAGE, new byte[64]);
        } catch (KeyException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static void assertRefused(String pem, String message) {
        assertThatThrownBy(() -> PublicKey.parsePublicPem(pem))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining(message);
    }

    private static SigningKey key(SignatureScheme scheme) {
        return Objects.requireNonNull(KEYS.get(scheme));
    }

    private static byte[] der(SignatureScheme scheme) {
        String pem = key(scheme).publicKey().pem();
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
    }

    private static byte[] rsa(BigInteger modulus, BigInteger exponent) {
        byte[] n = modulus.toByteArray();
        byte[] e = exponent.toByteArray();
        int content = 4 + n.length + 2 + e.length;
        String hex = "3082%04x0282%04x%s02%02x%s"
                .formatted(
                        content,
                        n.length,
                        HexFormat.of().formatHex(n),
                        e.length,
                        HexFormat.of().formatHex(e));
        return HexFormat.of().parseHex(hex);
    }

    private static String pem(String label, byte[] der) {
        return new Pem(label, der).text();
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
