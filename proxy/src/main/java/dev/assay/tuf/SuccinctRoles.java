package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.util.HexFormat;
import java.util.Map;

/**
 * Hash bins told in one line (TAP 15): {@code 2^bitLength} terminating delegations that share keys and together cover every
 * path. A path belongs to the bin whose number is the first bits of its SHA-256.
 *
 * @param bitLength 1 to 32
 * @param namePrefix a bin is called {@code <prefix>-<number in lower-case hex, zero-padded>}
 */
public record SuccinctRoles(Role role, int bitLength, String namePrefix) {
    public SuccinctRoles {
        if (bitLength < 1 || bitLength > 32) {
            throw new IllegalArgumentException("bit_length: " + bitLength + " (expected: 1 to 32)");
        }
    }

    /** How many bins there are. */
    public long count() {
        return 1L << bitLength;
    }

    /** The name of one bin, {@code 0 <= number < count()}. */
    public String bin(long number) {
        int digits = (bitLength + 3) / 4;
        return namePrefix + '-' + HexFormat.of().toHexDigits(number, digits);
    }

    /** The name of the bin that a path belongs to. */
    public String bin(TargetPath path) {
        int firstBits = Digest.of(HashAlgorithm.SHA256, path.utf8()).view().getInt();
        return bin(Integer.toUnsignedLong(firstBits) >>> (32 - bitLength));
    }

    /** Whether one of the bins has this name. */
    public boolean hasBin(String name) {
        String hex = name.substring(name.lastIndexOf('-') + 1);
        return hex.matches("[0-9a-f]{1,8}") && name.equals(bin(Long.parseLong(hex, 16) & (count() - 1)));
    }

    static SuccinctRoles read(JsonObject json) throws JsonException {
        long bits = Shape.atLeast(1, json, "bit_length");
        if (bits > 32) {
            throw new JsonException("bit_length: " + bits + " (expected: 1 to 32)");
        }
        return new SuccinctRoles(Role.read(json), (int) bits, json.string("name_prefix"));
    }

    JsonObject toJson() {
        Map<String, JsonValue> members = role.write();
        members.put("bit_length", JsonInteger.of(bitLength));
        members.put("name_prefix", new JsonString(namePrefix));
        return new JsonObject(members);
    }
}
