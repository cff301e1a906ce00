package dev.assay.encoding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.encoding.JsonReader.Numbers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

    @Test
    void whatIsWrittenIsReadBackTheSame() throws JsonException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            JsonObject tree = RandomJson.object(random);
            assertThat(JsonReader.parse(JsonWriter.write(tree), Numbers.INTEGERS_ONLY))
                    .as("compact, seed %d", seed)
                    .isEqualTo(tree);
            assertThat(JsonReader.parse(JsonWriter.writePretty(tree), Numbers.INTEGERS_ONLY))
                    .as("pretty, seed %d", seed)
                    .isEqualTo(tree);
        }
    }

    @Test
    void compactFormHasNoWhiteSpaceAndKeepsTheOrder() throws JsonException {
        String document = "{\"b\":[1,true,null,\"x\"],\"a\":{},\"c\":[],\"d\":1.50}";
        assertThat(JsonWriter.write(JsonReader.parse(document.getBytes(UTF_8), Numbers.ANY)))
                .asString(UTF_8)
                .isEqualTo(document);
    }

    @Test
    void prettyFormIsIndentedByTwoSpaces() throws JsonException {
        JsonValue tree = JsonReader.parse("{\"b\":[1,{}],\"a\":{\"c\":[]}}".getBytes(UTF_8), Numbers.ANY);
        assertThat(JsonWriter.writePretty(tree)).asString(UTF_8).isEqualTo("""
                {
                  "b": [
                    1,
                    {}
                  ],
                  "a": {
                    "c": []
                  }
                }
                """);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(JsonWriter.write(new JsonString("\0\n\u001f\u007f\"\\/")))
                .asString(UTF_8)
                .isEqualTo("\"\\u0000\\u000a\\u001f\u007f\\\"\\\\/\"");
    }

    @Test
    void loneSurrogateIsEscaped() {
        assertThat(JsonWriter.write(new JsonString("a\uD800b\uDC00\uD83D\uDE00")))
                .asString(UTF_8)
                .isEqualTo("\"a\\ud800b\\udc00\uD83D\uDE00\"");
    }

    @Test
    void deepTreeIsRefusedWithoutExhaustingTheStack() {
        JsonValue tree = JsonNull.INSTANCE;
        for (int i = 0; i < 100_000; i++) {
            tree = new JsonArray(List.of(tree));
        }
        JsonValue deep = tree;
        assertThatThrownBy(() -> JsonWriter.write(deep)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "-", "1.", ".5", "01.0", "1e", "1.0e+", "+1.0", "NaN", "1.0 ", "1,0", "1.0]"})
    void decimalThatIsNoJsonNumberCanNotBeMade(String literal) {
        assertThatThrownBy(() -> new JsonDecimal(literal)).isInstanceOf(IllegalArgumentException.class);
    }
}
