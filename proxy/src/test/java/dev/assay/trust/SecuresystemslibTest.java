package dev.assay.trust;

import static dev.assay.tuf.TestRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A repository that securesystemslib 0.26.0 signed (with cryptography 38.0.4; {@code make_repository.py} beside it tells how):
 * RSA-PSS, ECDSA and Ed25519, a rotated timestamp key, patterns, hash prefixes and succinct bins, indented files, odd names.
 */
class SecuresystemslibTest {
    private static final TargetPath WHEEL = new TargetPath("packages/é \"quoted\" \\ 🐍.whl");

    private final Updater updater = new Updater(
            read("1.root.json").orElseThrow(), (name, maxBytes) -> read(name), new FakeStore(), TrustOptions.DEFAULTS);

    SecuresystemslibTest() throws Exception {}

    private static Optional<byte[]> read(String name) throws IOException {
        try (InputStream file = SecuresystemslibTest.class.getResourceAsStream("/tuf/securesystemslib/" + name)) {
            return file == null ? Optional.empty() : Optional.of(file.readAllBytes());
        }
    }

    @Test
    void topLevelRolesAreAccepted() throws Exception {
        assertThat(updater.refresh(NOW)).isEqualTo(new RefreshResult(true, 2, 1, 1, 1));
    }

    @Test
    void targetOfTheTopLevelIsFound() throws Exception {
        updater.refresh(NOW);
        TargetFile file = signed(new TargetPath("hello"));
        assertThat(file.digests())
                .containsExactly(Digest.of(HashAlgorithm.BLAKE2B_256, "hello".getBytes(StandardCharsets.UTF_8)));
        assertThat(file.custom().members()).containsKeys("z\uffff", "z🐍", "control");
    }

    @Test
    void targetBehindPatternsPrefixesAndBinsIsFound() throws Exception {
        updater.refresh(NOW);
        assertThat(signed(WHEEL).role()).startsWith("bin-");
        assertThat(updater.view().roles())
                .extracting(TrustedView.RoleState::role)
                .contains("wheels & more/?", "bins");
    }

    private TargetFile signed(TargetPath path) throws Exception {
        return ((Lookup.Signed) updater.load(path, NOW)).file();
    }
}
