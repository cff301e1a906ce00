package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.KeyException;
import dev.assay.crypto.PublicKey;
import dev.assay.encoding.CanonicalJson;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A key as metadata lists it (TUF 4.2). One that can't be parsed, or whose type is not known, is kept but never counts.
 *
 * @param json verbatim, unknown members included
 * @param publicKey empty when the key can't be used
 */
public record Key(JsonValue json, Optional<PublicKey> publicKey) {
    static final int MAX_KEYS = 1 << 17;

    /** The key as our author lists it. */
    public static Key of(PublicKey key) {
        JsonObject value = new JsonObject(Map.of("public", new JsonString(key.publicValue())));
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("keytype", new JsonString(key.scheme().keytype()));
        members.put("scheme", new JsonString(key.scheme().label()));
        members.put("keyval", value);
        return new Key(new JsonObject(members), Optional.of(key));
    }

    /** The keyid that our author gives it: SHA-256 of the canonical form. What others chose is never recomputed. */
    public String id() {
        return Digest.of(HashAlgorithm.SHA256, CanonicalJson.encode(json)).hex();
    }

    static Key read(JsonValue json) {
        try {
            JsonObject object = Shape.asObject(json, "key");
            String publicValue = object.object("keyval").string("public");
            return new Key(
                    json, Optional.of(PublicKey.parse(object.string("keytype"), object.string("scheme"), publicValue)));
        } catch (JsonException | KeyException e) {
            return new Key(json, Optional.empty());
        }
    }

    static Map<String, Key> readAll(JsonObject keys) throws JsonException {
        Shape.bounded(keys.members().keySet(), "keys", MAX_KEYS);
        Map<String, Key> read = new LinkedHashMap<>();
        keys.members().forEach((keyid, key) -> read.put(keyid, read(key)));
        return read;
    }

    static JsonObject writeAll(Map<String, Key> keys) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        keys.forEach((keyid, key) -> members.put(keyid, key.json()));
        return new JsonObject(members);
    }
}
