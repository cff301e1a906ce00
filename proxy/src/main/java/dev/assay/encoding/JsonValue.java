package dev.assay.encoding;

/** One node of a parsed JSON document (RFC 8259): an immutable tree that keeps every member, known or not. */
public sealed interface JsonValue
        permits JsonObject, JsonArray, JsonString, JsonInteger, JsonDecimal, JsonBoolean, JsonNull {

    /** Objects and arrays inside one another, at most; a deeper tree is neither read nor written. */
    int MAX_DEPTH = 64;
}
