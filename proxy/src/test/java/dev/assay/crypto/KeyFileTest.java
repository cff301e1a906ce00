package dev.assay.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyFileTest {
    private static final char[] PASSPHRASE = "пароль 密码 😀".toCharArray();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RSA_PSS_SHA256")
    void keyIsReadBack(SignatureScheme scheme) throws Exception {
        Path file = folder.resolve("key.pem");
        SigningKey key = SigningKey.generate(scheme);
        KeyFile.write(file, key, PASSPHRASE, KeyFile.Cost.LOW);
        SigningKey read = KeyFile.read(file, PASSPHRASE);
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
        assertThat(key.publicKey().verify(new byte[3], read.sign(new byte[3]))).isTrue();
    }

    /** The last bytes of the scrypt parameters: r = 8, p = 5, a key of 32 bytes. */
    @Test
    void fullCostIsWhatOwaspAsksFor() throws Exception {
        Path file = folder.resolve("key.pem");
        KeyFile.write(file, SigningKey.generate(SignatureScheme.ED25519), PASSPHRASE, KeyFile.Cost.FULL);
        byte[] der = Pem.parse(Files.readString(file)).content();
        assertThat(HexFormat.of().formatHex(der)).contains("02024000" + "020108" + "020105" + "020120");
    }

    @Test
    void rsaKeyIsReadBack() throws Exception {
        Path file = folder.resolve("key.pem");
        SigningKey key = Resources.rsaKey();
        KeyFile.write(file, key, PASSPHRASE, KeyFile.Cost.LOW);
        SigningKey read = KeyFile.read(file, PASSPHRASE);
        assertThat(key.publicKey().verify(new byte[3], read.sign(new byte[3]))).isTrue();
    }

    @Test
    void fileIsForItsOwnerOnly() throws Exception {
        Path file = write();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingButTheKeyFileIsLeftBehind() throws Exception {
        Path file = write();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void existingFileIsNeverOverwritten() throws Exception {
        Path file = folder.resolve("key.pem");
        Files.writeString(file, "precious");
        assertThatThrownBy(() ->
                        KeyFile.write(file, SigningKey.generate(SignatureScheme.ED25519), PASSPHRASE, KeyFile.Cost.LOW))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void danglingLinkIsNotFollowed() throws Exception {
        Path link = folder.resolve("key.pem");
        Files.createSymbolicLink(link, folder.resolve("elsewhere"));
        assertThatThrownBy(() ->
                        KeyFile.write(link, SigningKey.generate(SignatureScheme.ED25519), PASSPHRASE, KeyFile.Cost.LOW))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void wrongPassphraseIsNamedAsSuch() throws Exception {
        Path file = write();
        assertThatThrownBy(() -> KeyFile.read(file, "other".toCharArray()))
                .isInstanceOf(KeyException.class)
                .hasMessage("wrong passphrase, or the key file is damaged");
    }

    @Test
    void emptyPassphraseIsRefused() {
        Path file = folder.resolve("key.pem");
        assertThatThrownBy(() -> KeyFile.write(
                        file, SigningKey.generate(SignatureScheme.ED25519), new char[0], KeyFile.Cost.FULL))
                .isInstanceOf(KeyException.class)
                .hasMessage("the passphrase is empty");
        assertThat(file).doesNotExist();
    }

    @Test
    void passphraseWithALoneSurrogateIsRefused() {
        Path file = folder.resolve("key.pem");
        for (String passphrase : new String[] {"a\uD800b", "a\uD800"}) {
            assertThatThrownBy(() -> KeyFile.write(
                            file,
                            SigningKey.generate(SignatureScheme.ED25519),
                            passphrase.toCharArray(),
                            KeyFile.Cost.FULL))
                    .isInstanceOf(KeyException.class)
                    .hasMessageContaining("lone surrogate");
        }
    }

    @Test
    void passphraseOfTheCallerIsLeftAlone() throws Exception {
        char[] passphrase = "secret".toCharArray();
        KeyFile.write(
                folder.resolve("key.pem"), SigningKey.generate(SignatureScheme.ED25519), passphrase, KeyFile.Cost.LOW);
        assertThat(passphrase).isEqualTo("secret".toCharArray());
    }

    /** The scalar stands in bytes 36 to 67 of a P-256 key, the public point in the last 64. */
    @Test
    void privateKeyThatContradictsThePublicOneBesideItIsRefused() {
        byte[] pkcs8 = SigningKey.generate(SignatureScheme.ECDSA_P256).pkcs8();
        for (int at : new int[] {36, 50, 67, pkcs8.length - 64, pkcs8.length - 1}) {
            byte[] damaged = pkcs8.clone();
            damaged[at] ^= 1;
            assertThatThrownBy(() -> SigningKey.ofPkcs8(damaged))
                    .isInstanceOf(KeyException.class)
                    .hasMessage("P-256 private key: its parts contradict each other");
        }
    }

    @Test
    void fileCutShortIsRefused() throws Exception {
        String pem = Files.readString(write());
        Path cut = folder.resolve("cut.pem");
        Files.writeString(cut, pem.substring(0, 150) + pem.substring(pem.indexOf("\n-----END")));
        assertThatThrownBy(() -> KeyFile.read(cut, PASSPHRASE)).isInstanceOf(KeyException.class);
    }

    @Test
    void hugeFileIsRefused() throws Exception {
        Path file = folder.resolve("key.pem");
        Files.write(file, new byte[10_000_000]);
        assertThatThrownBy(() -> KeyFile.read(file, PASSPHRASE))
                .isInstanceOf(KeyException.class)
                .hasMessageContaining("at most");
    }

    private Path write() throws Exception {
        Path file = folder.resolve("key.pem");
        KeyFile.write(file, SigningKey.generate(SignatureScheme.ED25519), PASSPHRASE, KeyFile.Cost.LOW);
        return file;
    }
}
