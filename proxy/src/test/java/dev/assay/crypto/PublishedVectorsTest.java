package dev.assay.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.encoding.CanonicalJson;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonReader.Numbers;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.math.BigInteger;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures that others have published. */
class PublishedVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    /** SubjectPublicKeyInfo of a P-256 and a P-384 key, up to the point. */
    private static final String P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

    private static final String P384_PREFIX = "3076301006072a8648ce3d020106052b8104002203620004";

    private static final String WYCHEPROOF_RSA = "30820122300d06092a864886f70d01010105000382010f003082010a0282010100"
            + "a2b451a07d0aa5f96e455671513550514a8a5b462ebef717094fa1fee82224e637f9746d3f7cafd31878d80325b6ef5a"
            + "1700f65903b469429e89d6eac8845097b5ab393189db92512ed8a7711a1253facd20f79c15e8247f3d3e42e46e48c98e"
            + "254a2fe9765313a03eff8f17e1a029397a1fa26a8dce26f490ed81299615d9814c22da610428e09c7d9658594266f5c0"
            + "21d0fceca08d945a12be82de4d1ece6b4c03145b5d3495d4ed5411eb878daf05fd7afc3e09ada0f1126422f590975a19"
            + "69816f48698bcbba1b4d9cae79d460d8f9f85e7975005d9bc22c4e5ac0f7c1a45d12569a62807d3b9a02e5a530e77306"
            + "6f453d1f5b4c2e9cf7820283f742b9d50203010001";

    /** The keys of Wycheproof's second group of tests for each curve, and the two numbers of its tcId 7. */
    private static final String WYCHEPROOF_P256 = "2927b10512bae3eddcfe467828128bad2903269919f7086069c8c4df6c732838"
            + "c7787964eaac00e5921fb1498a60f4606766b3d9685001558d1a974e7341513e";

    private static final String WYCHEPROOF_P256_NUMBERS =
            "02202ba3a8be6b94d5ec80a6d9d1190a436effe50d85a1eee859b8cc6af9bd5c2e18"
                    + "022100b329f479a2bbd0a5c384ee1493b1f5186a87139cac5df4087c134b49156847db";

    private static final String WYCHEPROOF_P384 =
            "2da57dda1089276a543f9ffdac0bff0d976cad71eb7280e7d9bfd9fee4bdb2f20f47ff888274389772d98cc5752138aa"
                    + "4b6d054d69dcf3e25ec49df870715e34883b1836197d76f8ad962e78f6571bbc7407b0d6091f9e4d88f014274406174f";

    private static final String WYCHEPROOF_P384_NUMBERS =
            "023012b30abef6b5476fe6b612ae557c0425661e26b44b1bfe19daf2ca28e3113083ba8e4ae4cc45a0320abd3394f1c548d7"
                    + "023100e7bf25603e2d07076ff30b7a2abec473da8b11c572b35fc631991d5de62ddca7525aaba89325dfd04fecc47bff426f82";

    /** RFC 8032 7.1, tests 1 to 3. */
    @ParameterizedTest
    @CsvSource({
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a",
    })
    void rfc8032SignatureVerifies(String key, String message, String signature) throws KeyException {
        PublicKey publicKey = PublicKey.parse("ed25519", "ed25519", key);
        assertThat(publicKey.verify(HEX.parseHex(message), HEX.parseHex(signature)))
                .isTrue();
    }

    /** RFC 6979 A.2.5 (P-256, SHA-256) and A.2.6 (P-384, SHA-384), message "sample". */
    @ParameterizedTest
    @CsvSource({
        "ecdsa-sha2-nistp256," + P256_PREFIX
                + "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                + "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,"
                + "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,"
                + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        "ecdsa-sha2-nistp384," + P384_PREFIX
                + "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13"
                + "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720,"
                + "94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46,"
                + "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8",
    })
    void rfc6979SignatureVerifies(String scheme, String spki, String r, String s) throws Exception {
        PublicKey key = PublicKey.parse("ecdsa", scheme, pem(spki));
        byte[] signature = StandardDSAEncoding.INSTANCE.encode(
                BigInteger.ONE.shiftLeft(384), new BigInteger(r, 16), new BigInteger(s, 16));
        assertThat(key.verify("sample".getBytes(US_ASCII), signature)).isTrue();
    }

    /**
     * Wycheproof (C2SP/wycheproof), ecdsa_secp256r1_sha256_test.json and ecdsa_secp384r1_sha384_test.json: tcId 7, and what stands
     * before its two numbers in tcId 8 to 15, all of which are no DER.
     */
    @ParameterizedTest
    @CsvSource({
        "3045, 3065, true",
        "308145, 308165, false",
        "30820045, 30820065, false",
        "3046, 3066, false",
        "3044, 3064, false",
        "30850100000045, 30850100000065, false",
        "3089010000000000000045, 3089010000000000000065, false",
        "30847fffffff, 30847fffffff, false",
        "308480000000, 308480000000, false",
    })
    void wycheproofEcdsaSignatureVerifiesInDerOnly(String p256, String p384, boolean valid) throws KeyException {
        byte[] message = HEX.parseHex("313233343030");
        PublicKey small = PublicKey.parse("ecdsa", "ecdsa-sha2-nistp256", pem(P256_PREFIX + WYCHEPROOF_P256));
        PublicKey large = PublicKey.parse("ecdsa", "ecdsa-sha2-nistp384", pem(P384_PREFIX + WYCHEPROOF_P384));
        assertThat(small.verify(message, HEX.parseHex(p256 + WYCHEPROOF_P256_NUMBERS)))
                .isEqualTo(valid);
        assertThat(large.verify(message, HEX.parseHex(p384 + WYCHEPROOF_P384_NUMBERS)))
                .isEqualTo(valid);
    }

    /** Wycheproof, the same files, tcId 6: the second number lacks the zero that keeps it positive. */
    @Test
    void wycheproofEcdsaSignatureWithANegativeNumberDoesNotVerify() throws KeyException {
        PublicKey key = PublicKey.parse("ecdsa", "ecdsa-sha2-nistp256", pem(P256_PREFIX + WYCHEPROOF_P256));
        String negative = WYCHEPROOF_P256_NUMBERS.replace("022100b3", "0220b3");
        assertThat(key.verify(HEX.parseHex("313233343030"), HEX.parseHex("3044" + negative)))
                .isFalse();
    }

    /** Wycheproof, ecdsa_secp384r1_sha384_test.json, tcId 1 and 2. */
    @ParameterizedTest
    @CsvSource({
        "'', 3064023032401249714e9091f05a5e109d5c1216fdc05e98614261aa0dbd9e9cd4415dee29238afbd3b103c1e40ee5c9144aee0f"
                + "02304326756fb2c4fd726360dd6479b5849478c7a9d054a833a58c1631c33b63c3441336ddf2c7fe0ed129aae6d4ddfeb753",
        "4d7367, 3066023100d7143a836608b25599a7f28dec6635494c2992ad1e2bbeecb7ef601a9c01746e710ce0d9c48accb38a79ede5b9638f34"
                + "02310080f9e165e8c61035bf8aa7b5533960e46dd0e211c904a064edb6de41f797c0eae4e327612ee3f816f4157272bb4fabc9",
    })
    void wycheproofP384SignatureVerifiesForItsMessageOnly(String message, String signature) throws KeyException {
        PublicKey key = PublicKey.parse(
                "ecdsa",
                "ecdsa-sha2-nistp384",
                pem(
                        P384_PREFIX
                                + "29bdb76d5fa741bfd70233cb3a66cc7d44beb3b0663d92a8136650478bcefb61ef182e155a54345a5e8e5e88f064e5bc"
                                + "9a525ab7f764dad3dae1468c2b419f3b62b9ba917d5e8c4fb1ec47404a3fc76474b2713081be9db4c00e043ada9fc4a3"));
        assertThat(key.verify(HEX.parseHex(message), HEX.parseHex(signature))).isTrue();
        assertThat(key.verify(HEX.parseHex(message + "00"), HEX.parseHex(signature)))
                .isFalse();
    }

    /** Wycheproof, rsa_pss_2048_sha256_mgf1_0_test.json, tcId 1 and 3: an empty salt. */
    @ParameterizedTest
    @CsvSource({
        "'',20081f8894a1330c4d503f642880e3c30e398fc6235c24f1be752e2d49cd9493ac0cf999e275c4f89ff08f0d9ba4e264a332525a"
                + "616d336bd9e822f41ab3f4fae2f48ec66c2e52642ed93b7cb944396fbaa727cbfdfc1f20aace99a6f2a74475c338f8d9"
                + "f22a38cb5bc51752076503b3aef1e65e5a8f8583d9ae7378ded038cf516898ad06beb90a42b85764526fcea44f74258f"
                + "a4efb1da253d337f65619181ceb832dfe285ce78ae6b15f204e23bab274e87445d9f5df97f41dc8e3a97736b62591d07"
                + "5744b2552f90bcf1b1393e1e7627ef1f985f2bbabd52e43a35d0ddf4c67126e391f922ef7b1bb1911cd6e1b303cb2910"
                + "dd70672bbfb62ea4eaad725c",
        "54657374,2b3155b14971f79c9e3294723c7e41ded41af709f6edb2c19f3526584aaa1ef2de2e7a8dcaf5d7c3239f604c421656dc58"
                + "e8b0852f7a65cd557724a9b2a17cac38d8020e939bfefec5dce0d8993e75615b974944e4c4a811e40db63f13d2b626bf"
                + "26257a706a7bedc863d0100b676ab70d4a4f6eaf4692e0b69ee4426cfe7cfc3e92d93bb804569883cf31fb282efa5a81"
                + "ce9f6d9f0ed79251ef2a0b596f80e0eb96ede67e30457a07655d777928b898ed1679046673e489d9c6305dee05abfdeb"
                + "a7357099f9cffd00735165ddc39aa7355b10a8b8612dfa2f836fb9f5f89f1407365d6b39a39e89c6647ff9da5fc6f960"
                + "306686a8ed8e2ce12cc7fd9870d576",
    })
    void wycheproofPssSignatureVerifies(String message, String signature) throws KeyException {
        PublicKey key = PublicKey.parse("rsa", "rsassa-pss-sha256", pem(WYCHEPROOF_RSA));
        assertThat(key.verify(HEX.parseHex(message), HEX.parseHex(signature))).isTrue();
    }

    /** Sigstore's trust root, version 10 (github.com/sigstore/root-signing, metadata/root_history/10.root.json). */
    @Test
    void sigstoreRootIsSignedByThreeOfItsOwnKeys() throws Exception {
        JsonObject root = JsonReader.parseObject(Resources.bytes("sigstore/10.root.json"), Numbers.INTEGERS_ONLY);
        assertThat(goodSignatures(root, root.object("signed"))).isEqualTo(3);
    }

    @Test
    void sigstoreRootWithAnotherVersionIsSignedByNone() throws Exception {
        JsonObject root = JsonReader.parseObject(Resources.bytes("sigstore/10.root.json"), Numbers.INTEGERS_ONLY);
        Map<String, JsonValue> altered =
                new LinkedHashMap<>(root.object("signed").members());
        altered.put("spec_version", new JsonString("1.1"));
        assertThat(goodSignatures(root, new JsonObject(altered))).isZero();
    }

    private static int goodSignatures(JsonObject root, JsonObject signed) throws Exception {
        int good = 0;
        for (JsonValue element : root.array("signatures")) {
            JsonObject signature = (JsonObject) element;
            JsonObject key = signed.object("keys").object(signature.string("keyid"));
            PublicKey publicKey = PublicKey.parse(
                    key.string("keytype"),
                    key.string("scheme"),
                    key.object("keyval").string("public"));
            if (publicKey.verify(CanonicalJson.encode(signed), HEX.parseHex(signature.string("sig")))) {
                good++;
            }
        }
        return good;
    }

    private static String pem(String spkiHex) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(HEX.parseHex(spkiHex))
                + "\n-----END PUBLIC KEY-----\n";
    }
}
