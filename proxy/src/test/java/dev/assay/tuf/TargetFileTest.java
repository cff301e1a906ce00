package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class TargetFileTest {
    private static final Digest SHA256 = Digest.of(HashAlgorithm.SHA256, new byte[0]);
    private static final Digest SHA512 = Digest.of(HashAlgorithm.SHA512, new byte[0]);
    private static final Digest BLAKE2B = Digest.of(HashAlgorithm.BLAKE2B_256, new byte[0]);

    private static String hashPrefixed(String path, Digest... digests) {
        return new TargetFile(new TargetPath(path), 0, List.of(digests), JsonObject.EMPTY, "targets").hashPrefixed();
    }

    @Test
    void hashStandsBeforeTheLastSegment() {
        assertThat(hashPrefixed("a/b.c/d", SHA256)).isEqualTo("a/b.c/" + SHA256.hex() + ".d");
        assertThat(hashPrefixed("d", SHA256)).isEqualTo(SHA256.hex() + ".d");
    }

    @Test
    void ofSeveralHashesTheChoiceIsSha256ThenTheFirst() {
        assertThat(hashPrefixed("d", SHA512, SHA256)).isEqualTo(SHA256.hex() + ".d");
        assertThat(hashPrefixed("d", BLAKE2B, SHA512)).isEqualTo(BLAKE2B.hex() + ".d");
    }
}
