package dev.assay.encoding;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object: members in the order in which they were read or added, no key twice. Two objects with the same members
 * in another order are equal.
 */
public record JsonObject(Map<String, JsonValue> members) implements JsonValue {

    public static final JsonObject EMPTY = new JsonObject(Map.of());

    /** Copies {@code members}, keeping their order. */
    public JsonObject {
        members = Members.copyOf(members);
    }

    public Optional<JsonValue> get(String key) {
        return Optional.ofNullable(members.get(key));
    }

    /** The member, which must be there and be a string; throws {@link JsonException} naming the key otherwise. */
    public String string(String key) throws JsonException {
        return require(key, JsonString.class, "a string").value();
    }

    /** The member, which must be there and be an integer that fits a long; throws {@link JsonException} otherwise. */
    public long integer(String key) throws JsonException {
        return require(key, JsonInteger.class, "an integer").asLong(key);
    }

    /** The member, which must be there and be true or false; throws {@link JsonException} otherwise. */
    public boolean bool(String key) throws JsonException {
        return require(key, JsonBoolean.class, "true or false").value();
    }

    /** The member, which must be there and be an object; throws {@link JsonException} otherwise. */
    public JsonObject object(String key) throws JsonException {
        return require(key, JsonObject.class, "an object");
    }

    /** The elements of the member, which must be there and be an array; throws {@link JsonException} otherwise. */
    public List<JsonValue> array(String key) throws JsonException {
        return require(key, JsonArray.class, "an array").elements();
    }

    private <T extends JsonValue> T require(String key, Class<T> type, String expected) throws JsonException {
        JsonValue value = members.get(key);
        if (value == null) {
            throw new JsonException(JsonException.quote(key) + " is missing (expected: " + expected + ")");
        }
        if (!type.isInstance(value)) {
            throw new JsonException(JsonException.quote(key) + " is " + kind(value) + " (expected: " + expected + ")");
        }
        return type.cast(value);
    }

    private static String kind(JsonValue value) {
        if (value instanceof JsonObject) {
            return "an object";
        } else if (value instanceof JsonArray) {
            return "an array";
        } else if (value instanceof JsonString) {
            return "a string";
        } else if (value instanceof JsonInteger) {
            return "an integer";
        } else if (value instanceof JsonDecimal) {
            return "a number with a fraction or an exponent";
        } else if (value instanceof JsonBoolean) {
            return "true or false";
        }
        return "null";
    }
}
