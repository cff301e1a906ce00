package dev.assay.tuf;

import static dev.assay.crypto.SignatureScheme.ALL;
import static dev.assay.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.encoding.CanonicalJson;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonString;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who signed a file: TUF 4.2, and what other implementations counted wrongly. */
class SignaturesTest {
    private static final JsonObject SIGNED = new JsonObject(Map.of("b", new JsonString("x"), "a", new JsonString("y")));

    private final SigningKey one = TestRepository.newKey();
    private final SigningKey two = TestRepository.newKey();

    private static Signers signers(long threshold, Map<String, PublicKey> keys) {
        return new Signers(keys, threshold);
    }

    private static String signature(String keyid, SigningKey key) {
        return signature(keyid, HexFormat.of().formatHex(key.sign(CanonicalJson.encode(SIGNED))));
    }

    private static String signature(String keyid, String hex) {
        return "{\"keyid\":\"" + keyid + "\",\"sig\":\"" + hex + "\"}";
    }

    private static Envelope file(String... signatures) throws InvalidMetadataException {
        return parse("{\"signatures\":[" + String.join(",", signatures) + "],\"signed\":{\"b\":\"x\",\"a\":\"y\"}}");
    }

    private static Envelope parse(String json) throws InvalidMetadataException {
        return Envelope.parse("root", json.getBytes(StandardCharsets.UTF_8));
    }

    /** RSA is left to files that others signed: making a key takes seconds. */
    @ParameterizedTest
    @EnumSource(names = "RSA_PSS_SHA256", mode = EnumSource.Mode.EXCLUDE)
    void schemesVerifyOverTheCanonicalForm(SignatureScheme scheme) throws Exception {
        SigningKey key = SigningKey.generate(scheme);
        signers(1, Map.of("k", key.publicKey())).verify("root", file(signature("k", key)), ALL);
    }

    @Test
    void mixedSchemesMeetOneThreshold() throws Exception {
        SigningKey ecdsa = SigningKey.generate(SignatureScheme.ECDSA_P256);
        signers(2, Map.of("1", one.publicKey(), "2", ecdsa.publicKey()))
                .verify("root", file(signature("1", one), signature("2", ecdsa)), ALL);
    }

    @Test
    void postQuantumKeyDoesNotCountWhereItIsNotSwitchedOn() throws Exception {
        SigningKey mlDsa = SigningKey.generate(SignatureScheme.ML_DSA_65);
        Signers signers = signers(1, Map.of("1", mlDsa.publicKey(), "2", one.publicKey()));
        Envelope file = file(signature("1", mlDsa));
        signers.verify("root", file, ALL);
        assertThatThrownBy(() -> signers.verify("root", file, SignatureScheme.CLASSICAL))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("valid signatures by 0")
                .hasMessageEndingWith("not switched on here: keys of ml-dsa-65/1");
    }

    @Test
    void otherKeysMeetTheThresholdBesideOneThatIsNotSwitchedOn() throws Exception {
        SigningKey mlDsa = SigningKey.generate(SignatureScheme.ML_DSA_44);
        signers(1, Map.of("1", mlDsa.publicKey(), "2", one.publicKey()))
                .verify("root", file(signature("1", mlDsa), signature("2", one)), SignatureScheme.CLASSICAL);
    }

    @Test
    void classicalAndPostQuantumKeysMeetOneThresholdTogetherOnly() throws Exception {
        SigningKey mlDsa = SigningKey.generate(SignatureScheme.ML_DSA_65);
        Signers both = signers(2, Map.of("1", one.publicKey(), "2", mlDsa.publicKey()));
        both.verify("root", file(signature("1", one), signature("2", mlDsa)), ALL);
        Envelope classical = file(signature("1", one));
        Envelope postQuantum = file(signature("2", mlDsa));
        assertRefused(Reason.THRESHOLD, () -> both.verify("root", classical, ALL));
        assertRefused(Reason.THRESHOLD, () -> both.verify("root", postQuantum, ALL));
    }

    @Test
    void mlDsaKeyOfAnUnknownVersionOrAnotherParameterSetDoesNotCount() throws Exception {
        PublicKey key = SigningKey.generate(SignatureScheme.ML_DSA_44).publicKey();
        for (String scheme : List.of("ml-dsa-44/2", "ml-dsa-44/01", "ml-dsa-44", "ml-dsa-65/1", "ML-DSA-44/1")) {
            JsonObject keyval = new JsonObject(Map.of("public", new JsonString(key.publicValue())));
            JsonObject listed = new JsonObject(
                    Map.of("keytype", new JsonString("ml-dsa"), "scheme", new JsonString(scheme), "keyval", keyval));
            assertThat(Key.read(listed).publicKey()).as(scheme).isEmpty();
        }
    }

    @Test
    void tooFewSignaturesAreRefused() throws Exception {
        Envelope file = file(signature("1", one));
        Signers signers = signers(2, Map.of("1", one.publicKey(), "2", two.publicKey()));
        assertRefused(Reason.THRESHOLD, () -> signers.verify("root", file, ALL));
    }

    @Test
    void noSignatureAtAllIsRefused() throws Exception {
        Envelope file = file();
        assertRefused(
                Reason.THRESHOLD, () -> signers(1, Map.of("1", one.publicKey())).verify("root", file, ALL));
    }

    @Test
    void twoSignaturesWithOneKeyidAreRefused() {
        assertRefused(Reason.MALFORMED, () -> file(signature("1", one), signature("1", one)));
        assertRefused(Reason.MALFORMED, () -> file(signature("1", one), signature("1", "00")));
        assertRefused(Reason.MALFORMED, () -> file(signature("1", "no hex"), signature("1", one)));
    }

    @Test
    void oneKeyUnderTwoKeyidsCountsOnce() throws Exception {
        Envelope file = file(signature("1", one), signature("2", one));
        Signers signers = signers(2, Map.of("1", one.publicKey(), "2", one.publicKey()));
        assertRefused(Reason.THRESHOLD, () -> signers.verify("root", file, ALL));
    }

    @Test
    void oneKeySpelledInTwoWaysCountsOnce() throws Exception {
        PublicKey shouted = PublicKey.parse(
                "ed25519", "ed25519", one.publicKey().publicValue().toUpperCase(Locale.ROOT));
        Envelope file = file(signature("1", one), signature("2", one));
        Signers signers = signers(2, Map.of("1", one.publicKey(), "2", shouted));
        assertRefused(Reason.THRESHOLD, () -> signers.verify("root", file, ALL));
    }

    @Test
    void signatureByAKeyThatIsNotTheRolesDoesNotCount() throws Exception {
        Envelope file = file(signature("2", two));
        assertRefused(
                Reason.THRESHOLD, () -> signers(1, Map.of("1", one.publicKey())).verify("root", file, ALL));
    }

    @Test
    void signatureUnderAnotherKeysIdDoesNotCount() throws Exception {
        Envelope file = file(signature("1", two));
        Signers signers = signers(1, Map.of("1", one.publicKey(), "2", two.publicKey()));
        assertRefused(Reason.THRESHOLD, () -> signers.verify("root", file, ALL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "zz", "00", "ab cd", "é"})
    void signatureThatCanNotBeReadDoesNotCountAndOthersDo(String hex) throws Exception {
        Signers signers = signers(1, Map.of("1", one.publicKey(), "2", two.publicKey()));
        signers.verify("root", file(signature("1", hex), signature("2", two)), ALL);
        Envelope alone = file(signature("1", hex));
        assertRefused(Reason.THRESHOLD, () -> signers.verify("root", alone, ALL));
    }

    @Test
    void signatureThatIsNoStringDoesNotCount() throws Exception {
        Signers signers = signers(1, Map.of("1", one.publicKey(), "2", two.publicKey()));
        signers.verify("root", file("{\"keyid\":\"1\",\"sig\":null}", "{\"keyid\":\"3\"}", signature("2", two)), ALL);
    }

    @Test
    void numberOfSignaturesIsBounded() {
        String[] many = new String[1025];
        Arrays.setAll(many, i -> signature("k" + i, "00"));
        assertRefused(Reason.MALFORMED, () -> file(many));
    }

    @Test
    void unknownMembersAreSignedToo() throws Exception {
        Envelope more =
                parse("{\"signatures\":[" + signature("1", one) + "],\"signed\":{\"b\":\"x\",\"a\":\"y\",\"c\":1}}");
        assertRefused(
                Reason.THRESHOLD, () -> signers(1, Map.of("1", one.publicKey())).verify("root", more, ALL));
    }

    @Test
    void membersBesideSignedAndSignaturesAreIgnored() throws Exception {
        Envelope more = parse(
                "{\"signatures\":[" + signature("1", one) + "],\"note\":[],\"signed\":{\"b\":\"x\",\"a\":\"y\"}}");
        signers(1, Map.of("1", one.publicKey())).verify("root", more, ALL);
    }

    @Test
    void keyThatCanNotBeParsedDoesNotCountAndOthersDo() throws Exception {
        for (String keyval : List.of("\"ab\"", "\"zz\"", "null", "1", "{}", "\"\"")) {
            String json = "{\"bad\":{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":" + keyval
                    + "}},\"worse\":null,\"odd\":{\"keytype\":\"x\",\"scheme\":\"y\",\"keyval\":{\"public\":\"z\"}}}";
            Map<String, Key> keys = new HashMap<>(Key.readAll(
                    JsonReader.parseObject(json.getBytes(StandardCharsets.UTF_8), JsonReader.Numbers.INTEGERS_ONLY)));
            keys.put("good", Key.of(one.publicKey()));
            Signers signers = Signers.of(new Role(List.of("bad", "worse", "odd", "good", "absent"), 1), keys);
            assertThat(signers.keys()).containsOnlyKeys("good");
            signers.verify("root", file(signature("bad", "00"), signature("worse", "00"), signature("good", one)), ALL);
        }
    }

    @Test
    void signersAreTheSameWhateverTheirKeyids() {
        Signers here = signers(1, Map.of("1", one.publicKey(), "2", two.publicKey()));
        Signers there = signers(1, Map.of("x", two.publicKey(), "y", one.publicKey()));
        assertThat(here.sameKeys(there)).isTrue();
        assertThat(here.fingerprint()).isEqualTo(there.fingerprint());
    }

    @Test
    void anotherKeyOrThresholdIsARotation() {
        Signers both = signers(1, Map.of("1", one.publicKey(), "2", two.publicKey()));
        for (Signers other : List.of(signers(2, both.keys()), signers(1, Map.of("1", one.publicKey())))) {
            assertThat(both.sameKeys(other)).isFalse();
            assertThat(both.fingerprint()).isNotEqualTo(other.fingerprint());
        }
    }

    @Test
    void whatWeSignIsWhatWeVerify() throws Exception {
        byte[] bytes = Envelope.sign(SIGNED, List.of(one, two));
        Map<String, Key> keys = Map.of(
                Key.of(one.publicKey()).id(),
                Key.of(one.publicKey()),
                Key.of(two.publicKey()).id(),
                Key.of(two.publicKey()));
        Signers.of(new Role(List.copyOf(keys.keySet()), 2), keys).verify("root", Envelope.parse("root", bytes), ALL);
    }
}
