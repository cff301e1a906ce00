package dev.assay.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.encoding.JsonReader.Numbers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalJsonTest {

    /** The examples of securesystemslib's own tests (tests/test_formats.py, test_encode_canonical). */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"\"                 | \"\"",
                "[1, 2, 3]            | [1,2,3]",
                "[]                   | []",
                "{}                   | {}",
                "{\"A\": [99]}        | {\"A\":[99]}",
                "{\"A\": true}        | {\"A\":true}",
                "{\"B\": false}       | {\"B\":false}",
                "{\"y\": 2, \"x\": 3} | {\"x\":3,\"y\":2}",
                "{\"x\": 3, \"y\": null} | {\"x\":3,\"y\":null}",
            })
    void agreesWithSecuresystemslib(String document, String canonical) throws JsonException {
        assertThat(canonical(document)).isEqualTo(canonical);
    }

    @Test
    void keysAreSortedByCodePointNotByUtf16Unit() throws JsonException {
        assertThat(canonical("{\"\uD83D\uDE00\":1,\"\uFFFF\":2,\"\uE000\":3,\"z\":4}"))
                .isEqualTo("{\"z\":4,\"\uE000\":3,\"\uFFFF\":2,\"\uD83D\uDE00\":1}");
    }

    @Test
    void keysThatDifferOnlyBeyondAnAstralCharacterAreSorted() throws JsonException {
        assertThat(canonical("{\"\uD83D\uDE01\":1,\"\uD83D\uDE00b\":2,\"\uD83D\uDE00\":3}"))
                .isEqualTo("{\"\uD83D\uDE00\":3,\"\uD83D\uDE00b\":2,\"\uD83D\uDE01\":1}");
    }

    @Test
    void shorterKeyComesFirstAndTheEmptyOneBeforeAll() throws JsonException {
        assertThat(canonical("{\"aa\":1,\"a\":2,\"\":3,\"A\":4}")).isEqualTo("{\"\":3,\"A\":4,\"a\":2,\"aa\":1}");
    }

    @Test
    void objectsAreSortedAtEveryLevel() throws JsonException {
        assertThat(canonical("[{\"b\":{\"d\":1,\"c\":2},\"a\":3}]")).isEqualTo("[{\"a\":3,\"b\":{\"c\":2,\"d\":1}}]");
    }

    @Test
    void onlyQuotationMarkAndBackslashAreEscaped() throws JsonException {
        assertThat(canonical("\"\\\"\\\\\\/\"")).isEqualTo("\"\\\"\\\\/\"");
    }

    @Test
    void controlCharactersStandRaw() throws JsonException {
        assertThat(canonical("\"\\u0000\\b\\t\\n\\r\\u001f\\u007f\"")).isEqualTo("\"\0\b\t\n\r\u001f\u007f\"");
    }

    @Test
    void charactersOfEveryLengthAreWrittenAsUtf8() throws JsonException {
        assertThat(canonical("\"\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00\\udbff\\udfff\""))
                .isEqualTo("\"\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff\"");
    }

    @Test
    void textIsNotNormalised() throws JsonException {
        assertThat(canonical("{\"\u00e9\":1,\"e\u0301\":2}")).isEqualTo("{\"e\u0301\":2,\"\u00e9\":1}");
    }

    @Test
    void minusZeroIsWrittenAsZero() throws JsonException {
        assertThat(canonical("[-0]")).isEqualTo("[0]");
    }

    @ParameterizedTest
    @CsvSource({
        "0",
        "9",
        "10",
        "-1",
        "1234567890",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "-123456789012345678901234567890"
    })
    void integersArePlain(String literal) throws JsonException {
        assertThat(canonical(literal)).isEqualTo(literal);
    }

    @Test
    void decimalHasNoCanonicalForm() {
        assertThatThrownBy(() -> CanonicalJson.encode(new JsonDecimal("1.0")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void loneSurrogateHasNoCanonicalForm() {
        assertThatThrownBy(() -> CanonicalJson.encode(new JsonString("a\uD800")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deepTreeIsRefusedWithoutExhaustingTheStack() {
        JsonValue tree = JsonNull.INSTANCE;
        for (int i = 0; i < 100_000; i++) {
            tree = new JsonArray(List.of(tree));
        }
        JsonValue deep = tree;
        assertThatThrownBy(() -> CanonicalJson.encode(deep)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void orderOfMembersDoesNotMatter() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            JsonObject tree = RandomJson.object(random);
            JsonValue shuffled = RandomJson.shuffled(tree, random);
            assertThat(CanonicalJson.encode(shuffled)).as("seed %d", seed).isEqualTo(CanonicalJson.encode(tree));
        }
    }

    @Test
    void whiteSpaceBetweenTokensIsLeftOut() throws JsonException {
        assertThat(canonical(" {\n\t\"b\" : [ 1 , 2 ] , \"a\" : \" \" }\r\n ")).isEqualTo("{\"a\":\" \",\"b\":[1,2]}");
    }

    @Test
    void expectedLengthChangesNothingButTheEffort() {
        for (long seed = 0; seed < 200; seed++) {
            JsonValue tree = RandomJson.object(new Random(seed));
            byte[] canonical = CanonicalJson.encode(tree);
            for (int expected : new int[] {0, canonical.length - 1, canonical.length, 5000}) {
                assertThat(CanonicalJson.encode(tree, expected))
                        .as("seed %d, %d", seed, expected)
                        .isEqualTo(canonical);
            }
        }
    }

    @Test
    void keyOrderIsThatOfTheUtf8Bytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            List<String> keys = new ArrayList<>(RandomJson.keys(random, 20));
            Map<String, JsonValue> members = new LinkedHashMap<>();
            keys.forEach(key -> members.put(key, JsonNull.INSTANCE));
            keys.sort(Comparator.comparing(key -> key.getBytes(UTF_8), java.util.Arrays::compareUnsigned));
            StringBuilder expected = new StringBuilder("{");
            for (String key : keys) {
                expected.append(expected.length() == 1 ? "\"" : ",\"")
                        .append(key.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append("\":null");
            }
            assertThat(new String(CanonicalJson.encode(new JsonObject(members)), UTF_8))
                    .as("seed %d", seed)
                    .isEqualTo(expected.append('}').toString());
        }
    }

    private static String canonical(String document) throws JsonException {
        JsonValue value = JsonReader.parse(document.getBytes(UTF_8), Numbers.INTEGERS_ONLY);
        return new String(CanonicalJson.encode(value), UTF_8);
    }
}
