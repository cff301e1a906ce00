package dev.assay.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and signatures made by OpenSSL 3.0.19; see the README in the folder {@code openssl}. */
class OpenSslVectorsTest {
    private static final char[] PASSPHRASE = "ключ-clé".toCharArray();

    @ParameterizedTest
    @CsvSource({
        "ed25519, ed25519, ED25519",
        "p256, p256, ECDSA_P256",
        "p384, p384, ECDSA_P384",
        "rsa, rsa-salt-0, RSA_PSS_SHA256",
        "rsa, rsa-salt-20, RSA_PSS_SHA256",
        "rsa, rsa-salt-32, RSA_PSS_SHA256",
        "rsa, rsa-salt-max, RSA_PSS_SHA256",
        "rsa2049, rsa2049, RSA_PSS_SHA256",
    })
    void signatureVerifies(String keyName, String signatureName, SignatureScheme scheme) throws Exception {
        PublicKey key = key(keyName);
        assertThat(key.scheme()).isEqualTo(scheme);
        assertThat(key.verify(Resources.bytes("openssl/message.txt"), signature(signatureName)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, ed25519",
        "p256, p256",
        "p384, p384",
        "rsa, rsa-salt-0",
        "rsa, rsa-salt-32",
        "rsa2049, rsa2049"
    })
    void signatureOfAnotherMessageDoesNotVerify(String keyName, String signatureName) throws Exception {
        assertThat(key(keyName).verify(new byte[] {1}, signature(signatureName)))
                .isFalse();
    }

    @Test
    void oldPaddingIsNotPss() throws Exception {
        assertThat(key("rsa").verify(Resources.bytes("openssl/message.txt"), signature("rsa-pkcs1v15")))
                .isFalse();
    }

    @Test
    void signatureOfAnotherKeyDoesNotVerify() throws Exception {
        assertThat(key("p256").verify(Resources.bytes("openssl/message.txt"), signature("p384")))
                .isFalse();
    }

    @Test
    void pkcs1AndSpkiSpellingsAreOneKey() throws Exception {
        PublicKey pkcs1 = PublicKey.parse("rsa", "rsassa-pss-sha256", Resources.text("openssl/rsa.pkcs1.pem"));
        assertThat(pkcs1).isEqualTo(key("rsa")).hasSameHashCodeAs(key("rsa"));
        assertThat(pkcs1.publicValue()).isEqualTo(Resources.text("openssl/rsa.pub.pem"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "p256", "p384", "rsa", "rsa2049"})
    void publicPemIsWrittenAsOpenSslWritesIt(String name) throws Exception {
        assertThat(key(name).pem()).isEqualTo(Resources.text("openssl/" + name + ".pub.pem"));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa2047, expected: 2048 to 8192",
        "secp256k1, unsupported algorithm or curve",
        "p256-explicit, unsupported algorithm or curve",
        "p256-compressed, uncompressed point",
        "rsapss, unsupported algorithm or curve",
    })
    void unsuitablePublicKeyIsRefused(String name, String message) {
        assertThatThrownBy(() -> key(name)).isInstanceOf(KeyException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "ed25519, ed25519",
        "p256, p256",
        "p384, p384",
        "rsa, rsa",
        "p256-scrypt, p256",
    })
    void encryptedKeyIsRead(String encrypted, String publicName) throws Exception {
        SigningKey key = KeyFile.read(Resources.path("openssl/" + encrypted + ".encrypted.pem"), PASSPHRASE);
        assertThat(key.publicKey()).isEqualTo(key(publicName));
        byte[] message = {1, 2, 3};
        assertThat(key(publicName).verify(message, key.sign(message))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "openssl/p256-pbes1.encrypted.pem, expected: PBES2",
        "openssl/unencrypted.pem, not an encrypted private key",
        "openssl/p256.pub.pem, not an encrypted private key",
        "openssl/message.txt, expected: one PEM block",
    })
    void otherFileIsNoEncryptedKey(String name, String message) {
        assertThatThrownBy(() -> KeyFile.read(Resources.path(name), PASSPHRASE))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining(message);
    }

    private static PublicKey key(String name) throws Exception {
        return KeyFile.readPublic(Resources.path("openssl/" + name + ".pub.pem"));
    }

    private static byte[] signature(String name) throws IOException {
        return Resources.bytes("openssl/" + name + ".sig");
    }
}
