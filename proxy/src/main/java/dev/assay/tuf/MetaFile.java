package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What timestamp says of snapshot, and snapshot of each targets role (TUF 4.4).
 *
 * @param length bytes, when it is signed
 * @param digests every supported signed hash; may be empty
 */
public record MetaFile(long version, OptionalLong length, List<Digest> digests) {
    public MetaFile {
        digests = List.copyOf(digests);
    }

    /** Throws with reason MISMATCH unless {@code bytes} have the signed length and every supported signed hash. */
    void check(String role, byte[] bytes) throws InvalidMetadataException {
        if (length.isPresent() && length.getAsLong() != bytes.length) {
            throw mismatch(role, "length " + bytes.length, Long.toString(length.getAsLong()));
        }
        for (Digest expected : digests) {
            Digest found = Digest.of(expected.algorithm(), bytes);
            if (!found.equals(expected)) {
                throw mismatch(role, found.toString(), expected.toString());
            }
        }
    }

    private InvalidMetadataException mismatch(String role, String found, String expected) {
        return new InvalidMetadataException(
                Reason.MISMATCH, role, role + " " + version + ": " + found + " (expected: " + expected + ")");
    }

    static MetaFile read(JsonObject json) throws JsonException {
        OptionalLong length = json.get("length").isPresent()
                ? OptionalLong.of(Shape.atLeast(0, json, "length"))
                : OptionalLong.empty();
        List<Digest> digests = json.get("hashes").isPresent() ? Shape.digests(json.object("hashes")) : List.of();
        return new MetaFile(Shape.atLeast(1, json, "version"), length, digests);
    }

    JsonObject toJson() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (!digests.isEmpty()) {
            members.put("hashes", Shape.hashes(digests));
        }
        length.ifPresent(bytes -> members.put("length", JsonInteger.of(bytes)));
        members.put("version", JsonInteger.of(version));
        return new JsonObject(members);
    }
}
