package dev.assay.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.encoding.JsonReader.Numbers;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "key twice                    | {\"a\":1,\"a\":1}",
                "key twice, once escaped      | {\"a\":1,\"\\u0061\":1}",
                "key twice among many         | {\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"a\":1}",
                "second document              | {} {}",
                "text after the document      | [] x",
                "lone comma after             | [],",
                "comma before ]               | [1,]",
                "comma before }               | {\"a\":1,}",
                "comma first                  | [,1]",
                "missing value                | {\"a\":}",
                "missing colon                | {\"a\" 1}",
                "missing comma                | [1 2]",
                "key without quotes           | {a:1}",
                "key that is a number         | {1:1}",
                "single quotes                | ['a']",
                "line comment                 | [1] // x",
                "block comment                | [/* x */1]",
                "hash comment                 | # x",
                "leading zero                 | [01]",
                "leading plus                 | [+1]",
                "leading point                | [.5]",
                "trailing point               | [1.]",
                "bare minus                   | [-]",
                "bare exponent                | [1e]",
                "hex number                   | [0x10]",
                "NaN                          | [NaN]",
                "Infinity                     | [Infinity]",
                "minus Infinity               | [-Infinity]",
                "word cut short               | [tru]",
                "word run on                  | [truex]",
                "word in capitals             | [True]",
                "unknown escape               | [\"\\x41\"]",
                "short unicode escape         | [\"\\u12\"]",
                "lone high surrogate          | [\"\\ud800\"]",
                "lone low surrogate           | [\"\\udc00\"]",
                "surrogates swapped           | [\"\\ude00\\ud83d\"]",
                "high surrogate, then text    | [\"\\ud83dx\"]",
                "lone high surrogate in a key | {\"\\ud800\":1}",
                "lone low surrogate in a key  | {\"\\udc00\":1}",
                "mismatched brackets          | [}",
                "array not closed             | [1",
                "object not closed            | {\"a\":1",
                "object cut after a key       | {\"a\"",
                "string not closed            | [\"a",
                "nothing but white space      | `   `",
            })
    void malformedDocumentIsRefused(String what, String document) {
        assertRefused(document.getBytes(UTF_8));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "nothing, ''",
        "byte order mark, efbbbf7b7d",
        "UTF-16, 007b007d",
        "UTF-16 with a mark, feff007b007d",
        "UTF-32, 0000005b0000005d",
        "lone continuation byte, 5b2280225d",
        "overlong slash, 5b22c0af225d",
        "overlong NUL, 5b22c080225d",
        "surrogate in three bytes, 5b22eda080225d",
        "surrogate pair in six bytes, 5b22eda0bdedb880225d",
        "above U+10FFFF, 5b22f4908080225d",
        "character cut short, 5b22e282225d",
        "character cut by the end, 5b22e2",
        "raw line feed in a string, 5b220a225d",
        "raw NUL in a string, 5b2200225d",
        "NUL after the document, 5b5d00",
        "form feed between tokens, 5b0c5d",
        "no-break space between tokens, 5bc2a05d",
    })
    void malformedBytesAreRefused(String what, String hex) {
        assertRefused(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1.0]", "[1e2]", "[1E2]", "[0.0]", "[-0.0]", "[0e0]", "1.5"})
    void fractionOrExponentIsRefusedAmongIntegers(String document) {
        assertThatThrownBy(() -> JsonReader.parse(document.getBytes(UTF_8), Numbers.INTEGERS_ONLY))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("fraction or an exponent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1e2", "-1.5E-300", "0.10", "1e999999"})
    void decimalKeepsItsSpelling(String literal) throws JsonException {
        assertThat(JsonReader.parse(literal.getBytes(UTF_8), Numbers.ANY)).isEqualTo(new JsonDecimal(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "9223372036854775807",
                "-9223372036854775808",
                "9223372036854775808",
                "1" + "000000000000000000000000000000"
            })
    void integerOfAnySizeIsExact(String literal) throws JsonException {
        assertThat(parse(literal)).isEqualTo(new JsonInteger(new BigInteger(literal)));
    }

    @Test
    void minusZeroIsZero() throws JsonException {
        assertThat(parse("-0")).isEqualTo(JsonInteger.of(0));
    }

    @Test
    void integerOfAThousandDigitsIsTaken() throws JsonException {
        String digits = "7".repeat(1000);
        assertThat(parse(digits)).isEqualTo(new JsonInteger(new BigInteger(digits)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "0.%s", "-%s"})
    void numberOfMoreThanAThousandDigitsIsRefused(String form) {
        assertThatThrownBy(
                        () -> JsonReader.parse(form.formatted("7".repeat(1001)).getBytes(UTF_8), Numbers.ANY))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("more than 1000 digits");
    }

    @Test
    void depthOfSixtyFourIsTaken() throws JsonException {
        assertThat(parse("[".repeat(64) + "]".repeat(64))).isInstanceOf(JsonArray.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 100_000, 1_000_000})
    void deeperArraysAreRefusedWithoutExhaustingTheStack(int depth) {
        assertThatThrownBy(() -> parse("[".repeat(depth) + "]".repeat(depth)))
                .isInstanceOf(JsonException.class)
                .hasMessage("byte 64: nested deeper than 64");
    }

    @Test
    void deeperObjectsAreRefusedWithoutExhaustingTheStack() {
        assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("nested deeper than 64");
    }

    @Test
    void membersKeepTheirOrder() throws JsonException {
        JsonObject object =
                (JsonObject) parse("{\"b\":1,\"a\":2,\"\":3,\"c\":4,\"9\":5,\"8\":6,\"7\":7,\"6\":8,\"5\":9,\"4\":10}");
        assertThat(object.members().keySet()).containsExactly("b", "a", "", "c", "9", "8", "7", "6", "5", "4");
    }

    @Test
    void escapesAreResolvedInValuesAndKeys() throws JsonException {
        JsonObject object = (JsonObject) parse("{\"\\u00e9\\ud83d\\ude00\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\"}");
        assertThat(object).isEqualTo(new JsonObject(java.util.Map.of("é😀", new JsonString("\"\\/\b\f\n\r\t\0"))));
    }

    @Test
    void documentMayBeAnyValue() throws JsonException {
        assertThat(parse(" \r\n\tnull ")).isEqualTo(JsonNull.INSTANCE);
    }

    @Test
    void topLevelThatIsNoObjectIsRefusedWhereOneIsExpected() {
        assertThatThrownBy(() -> JsonReader.parseObject("[]".getBytes(UTF_8), Numbers.ANY))
                .isInstanceOf(JsonException.class)
                .hasMessage("the document is not an object");
    }

    @Test
    void messageNamesTheByte() {
        assertThatThrownBy(() -> parse("{\"é\":1,\"b\":1,\"b\":2}"))
                .isInstanceOf(JsonException.class)
                .hasMessage("byte 18: the key \"b\" stands twice in its object");
    }

    @Test
    void messageShowsHostileTextOnlyEscapedAndShortened() {
        String key = "\u001b[2J\u202e" + "x".repeat(100_000);
        String document =
                "{\"" + key.replace("\u001b", "\\u001b") + "\":1,\"" + key.replace("\u001b", "\\u001b") + "\":1}";
        assertThatThrownBy(() -> parse(document))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("\"\\u001b[2J\\u202exxx")
                .message()
                .hasSizeLessThan(250)
                .matches("[ -~]+");
    }

    @Test
    void longStringsAreTaken() throws JsonException {
        String text = "x".repeat(30_000_000);
        assertThat(parse("\"" + text + "\"")).isEqualTo(new JsonString(text));
    }

    @Test
    void keysWithEqualHashCodesAreReadQuickly() throws JsonException {
        // "Aa" and "BB" have one hash code, so these 2^14 keys do.
        StringBuilder document = new StringBuilder("{");
        for (int i = 0; i < 1 << 14; i++) {
            int bits = i;
            document.append(i == 0 ? "\"" : ",\"");
            IntStream.range(0, 14).forEach(bit -> document.append((bits >> bit & 1) == 0 ? "Aa" : "BB"));
            document.append("\":1");
        }
        JsonObject object = (JsonObject) parse(document.append('}').toString());
        assertThat(object.members()).hasSize(1 << 14);
    }

    @Test
    void damagedDocumentsFailWithJsonExceptionOnly() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] document =
                "{\"a\":[1,-2,{\"é\":\"\\ud83d\\ude00\\n\"},true,null,1.5e3],\"b\":{\"\":\"x\"}}".getBytes(UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = document.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> parseOrRefuse(damaged)).as("seed %d", seed).doesNotThrowAnyException();
        }
    }

    private static void parseOrRefuse(byte[] document) {
        try {
            JsonReader.parse(document, Numbers.ANY);
        } catch (JsonException e) {
            assertThat(e.getMessage()).matches("[ -~]+");
        }
    }

    private static void assertRefused(byte[] document) {
        assertThatThrownBy(() -> JsonReader.parse(document, Numbers.ANY))
                .isInstanceOf(JsonException.class)
                .message()
                .matches("[ -~]+")
                .doesNotContain("jackson", "JsonReadFeature", "Source");
    }

    private static JsonValue parse(String document) throws JsonException {
        return JsonReader.parse(document.getBytes(UTF_8), Numbers.INTEGERS_ONLY);
    }
}
