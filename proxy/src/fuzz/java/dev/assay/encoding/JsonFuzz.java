package dev.assay.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.assay.encoding.JsonReader.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are, they are refused, or they are one tree and stay it. */
class JsonFuzz {
    private static final int SEEDS = 50;

    @MethodSource("documents")
    @FuzzTest(maxDuration = "10m")
    void whatIsReadIsWhatIsWritten(byte[] bytes) throws JsonException {
        JsonValue tree;
        try {
            tree = JsonReader.parse(bytes, Numbers.ANY);
        } catch (JsonException e) {
            return;
        }
        assertThat(JsonReader.parse(JsonWriter.write(tree), Numbers.ANY)).isEqualTo(tree);
        assertThat(JsonReader.parse(JsonWriter.writePretty(tree), Numbers.ANY)).isEqualTo(tree);
    }

    /** The canonical form belongs to the tree, not to how it was spelled, and is no longer than any spelling. */
    @MethodSource("documents")
    @FuzzTest(maxDuration = "10m")
    void canonicalFormIsOne(byte[] bytes) throws JsonException {
        JsonValue tree;
        try {
            tree = JsonReader.parse(bytes, Numbers.INTEGERS_ONLY);
        } catch (JsonException e) {
            return;
        }
        byte[] canonical = CanonicalJson.encode(tree, bytes.length);
        assertThat(canonical).hasSizeLessThanOrEqualTo(bytes.length);
        JsonValue again = JsonReader.parse(JsonWriter.writePretty(tree), Numbers.INTEGERS_ONLY);
        assertThat(CanonicalJson.encode(again)).isEqualTo(canonical);
        JsonValue shuffled = RandomJson.shuffled(tree, new Random(canonical.length));
        assertThat(CanonicalJson.encode(shuffled)).isEqualTo(canonical);
    }

    static Stream<byte[]> documents() {
        Random random = new Random(1);
        return Stream.concat(
                Stream.of("[1.5e3,-0,\"\\ud83d\\udc0d\\u0000\",{\"\":null,\"a\":[true,false]}]"
                        .getBytes(StandardCharsets.UTF_8)),
                Stream.generate(() -> JsonWriter.write(RandomJson.object(random))).limit(SEEDS));
    }
}
