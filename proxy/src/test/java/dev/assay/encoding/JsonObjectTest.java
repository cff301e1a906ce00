package dev.assay.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {
    private static final JsonObject OBJECT = new JsonObject(Map.of(
            "text",
            new JsonString("x"),
            "number",
            JsonInteger.of(7),
            "big",
            new JsonInteger(BigInteger.TWO.pow(63)),
            "flag",
            JsonBoolean.TRUE,
            "object",
            JsonObject.EMPTY,
            "array",
            new JsonArray(List.of(JsonNull.INSTANCE)),
            "null",
            JsonNull.INSTANCE));

    @Test
    void membersOfTheExpectedKindAreReturned() throws JsonException {
        assertThat(OBJECT.string("text")).isEqualTo("x");
        assertThat(OBJECT.integer("number")).isEqualTo(7);
        assertThat(OBJECT.bool("flag")).isTrue();
        assertThat(OBJECT.object("object")).isEqualTo(JsonObject.EMPTY);
        assertThat(OBJECT.array("array")).containsExactly(JsonNull.INSTANCE);
    }

    @Test
    void missingMemberIsNamed() {
        assertRefused(() -> OBJECT.string("absent"), "\"absent\" is missing (expected: a string)");
    }

    @Test
    void memberOfAnotherKindIsNamedWithBothKinds() {
        assertRefused(() -> OBJECT.integer("text"), "\"text\" is a string (expected: an integer)");
    }

    @Test
    void nullIsNotAbsence() {
        assertRefused(() -> OBJECT.object("null"), "\"null\" is null (expected: an object)");
    }

    @Test
    void integerBeyondALongIsRefused() {
        assertRefused(() -> OBJECT.integer("big"), "\"big\" has 64 bits (expected: at most 63)");
    }

    @Test
    void getIsEmptyForAnAbsentKey() {
        assertThat(OBJECT.get("absent")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 100})
    void objectOfAnySizeIsTheMapItWasMadeOf(int size) {
        Map<String, JsonValue> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put("key" + i * 7 % 11 + "-" + i, JsonInteger.of(i));
        }
        JsonObject object = new JsonObject(map);
        assertThat(object.members())
                .containsExactlyEntriesOf(map)
                .isEqualTo(map)
                .hasSameHashCodeAs(map);
        assertThat(map).isEqualTo(object.members());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9})
    void objectIsACopyThatCanNotBeChanged(int size) {
        Map<String, JsonValue> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put("key" + i, JsonNull.INSTANCE);
        }
        JsonObject object = new JsonObject(map);
        map.clear();
        assertThat(object.members()).hasSize(size);
        assertThatThrownBy(() -> object.members().put("x", JsonNull.INSTANCE))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> object.members().remove("key0")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> object.members().entrySet().iterator().next().setValue(JsonBoolean.TRUE))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void orderDoesNotMatterForEquality() {
        Map<String, JsonValue> reversed = new LinkedHashMap<>();
        reversed.put("b", JsonNull.INSTANCE);
        reversed.put("a", JsonBoolean.TRUE);
        Map<String, JsonValue> sorted = new LinkedHashMap<>();
        sorted.put("a", JsonBoolean.TRUE);
        sorted.put("b", JsonNull.INSTANCE);
        assertThat(new JsonObject(reversed))
                .isEqualTo(new JsonObject(sorted))
                .hasSameHashCodeAs(new JsonObject(sorted));
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action).isInstanceOf(JsonException.class).hasMessage(message);
    }
}
