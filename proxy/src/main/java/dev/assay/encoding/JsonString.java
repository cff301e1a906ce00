package dev.assay.encoding;

/** A JSON string, unescaped; never holds a lone surrogate when it was parsed. */
public record JsonString(String value) implements JsonValue {}
