package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PackedTargetsTest {
    private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

    private static TargetFile file(String path, HashAlgorithm... algorithms) {
        return new TargetFile(
                new TargetPath(path),
                path.length() * 10_000_000_000L,
                Arrays.stream(algorithms)
                        .map(algorithm -> Digest.of(algorithm, CONTENT))
                        .toList(),
                JsonObject.EMPTY,
                "bin");
    }

    private static PackedTargets packed(TargetFile... files) {
        return new PackedTargets("bin", List.of(files));
    }

    @Test
    void everyEntryComesBackAsItWas() {
        TargetFile[] files = Stream.of("b", "a/b", "a", "ab", "é", "\uFFFD", "🐍", "a".repeat(300))
                .map(path -> file(path, HashAlgorithm.SHA256))
                .toArray(TargetFile[]::new);
        PackedTargets packed = packed(files);
        assertThat(files).allSatisfy(file -> {
            assertThat(packed.get(file.path())).isEqualTo(file);
            assertThat(packed.containsKey(file.path())).isTrue();
        });
    }

    @Test
    void digestsOfEveryAlgorithmKeepTheirOrder() {
        TargetFile file = file("x", HashAlgorithm.SHA512, HashAlgorithm.BLAKE2B_256, HashAlgorithm.SHA256);
        assertThat(packed(file).get(file.path())).isEqualTo(file);
    }

    @Test
    void customIsKept() {
        TargetFile plain = file("x", HashAlgorithm.SHA384);
        JsonObject custom = new JsonObject(Map.of("serial", JsonInteger.of(7)));
        TargetFile file = new TargetFile(plain.path(), plain.length(), plain.digests(), custom, plain.role());
        assertThat(packed(file).get(file.path())).isEqualTo(file);
    }

    @Test
    void pathThatIsNotThereHasNoEntry() {
        PackedTargets packed = packed(file("b", HashAlgorithm.SHA256), file("d", HashAlgorithm.SHA256));
        assertThat(List.of("a", "b ", "c", "e")).allSatisfy(path -> {
            assertThat(packed.get(new TargetPath(path))).isNull();
            assertThat(packed.containsKey(new TargetPath(path))).isFalse();
        });
        assertThat(packed().get(new TargetPath("a"))).isNull();
    }

    /** As canonical JSON has them: by code point, so that the astral one is last. */
    @Test
    void entriesAreListedInTheOrderOfTheirPaths() {
        PackedTargets packed = packed(
                file("🐍", HashAlgorithm.SHA256),
                file("\uFFFD", HashAlgorithm.SHA256),
                file("a", HashAlgorithm.SHA256));
        assertThat(packed.keySet()).extracting(TargetPath::value).containsExactly("a", "\uFFFD", "🐍");
        assertThat(packed).hasSize(3).containsEntry(new TargetPath("a"), file("a", HashAlgorithm.SHA256));
    }
}
