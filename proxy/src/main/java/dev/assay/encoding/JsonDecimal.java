package dev.assay.encoding;

import java.util.regex.Pattern;

/** A JSON number with a fraction or an exponent, kept as it was written. Refused wherever numbers are signed over. */
public record JsonDecimal(String literal) implements JsonValue {
    private static final Pattern NUMBER =
            Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++(?:[eE][+-]?[0-9]++)?|[eE][+-]?[0-9]++)");

    /** Throws {@link IllegalArgumentException} when {@code literal} is no such number. */
    public JsonDecimal {
        if (!NUMBER.matcher(literal).matches()) {
            throw new IllegalArgumentException("number: " + JsonException.quote(literal)
                    + " (expected: a JSON number with a fraction or an exponent)");
        }
    }
}
