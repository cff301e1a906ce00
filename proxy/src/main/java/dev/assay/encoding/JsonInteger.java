package dev.assay.encoding;

import java.math.BigInteger;

/** A JSON number without fraction or exponent, of any size. There is one zero: {@code -0} is read as {@code 0}. */
public record JsonInteger(BigInteger value) implements JsonValue {

    public static JsonInteger of(long value) {
        return new JsonInteger(BigInteger.valueOf(value));
    }

    /** The value as a long; {@code key} names it in the {@link JsonException} thrown when it does not fit. */
    long asLong(String key) throws JsonException {
        if (!fitsLong()) {
            throw new JsonException(
                    JsonException.quote(key) + " has " + value.bitLength() + " bits (expected: at most 63)");
        }
        return value.longValue();
    }

    boolean fitsLong() {
        return value.bitLength() <= 63;
    }
}
