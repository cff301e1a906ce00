package dev.assay.tuf;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which keys sign for a role, and how many of them must (TUF 4.3).
 *
 * @param keyids opaque names of keys in the file that delegates; one without a key is passed over
 * @param threshold distinct public keys needed, at least 1; may exceed the keys there are, then the role can't be met
 */
public record Role(List<String> keyids, long threshold) {
    private static final int MAX_KEYIDS = 1024;

    public Role {
        if (threshold < 1) {
            throw new IllegalArgumentException("threshold: " + threshold + " (expected: >= 1)");
        }
        keyids = List.copyOf(keyids);
    }

    static Role read(JsonObject json) throws JsonException {
        return new Role(Shape.strings(json, "keyids", MAX_KEYIDS), json.integer("threshold"));
    }

    Map<String, JsonValue> write() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("keyids", Shape.strings(keyids));
        members.put("threshold", JsonInteger.of(threshold));
        return members;
    }
}
