package dev.assay.author.follow;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a project besides its signed page.
 *
 * @param etag of the page that was looked at last; null to ask for it whole
 * @param serial the highest that was seen; -1 for none
 * @param gone files that were ever revoked because the index took them away, with the digest that they had; those that came back
 *     stay, so that no crash before they are signed again forgets it
 * @param raised {@link Alarm#key} of the alarms that last
 * @param behindSince since when the serial has been behind {@code serial}; null when it is not
 */
record Memory(
        @Nullable String etag,
        long serial,
        Map<String, Digest> gone,
        Set<String> raised,
        @Nullable Instant behindSince) {
    static final Memory NONE = new Memory(null, -1, Map.of(), Set.of(), null);

    Memory {
        gone = Map.copyOf(gone);
        raised = Set.copyOf(raised);
    }

    /** The next question gets the whole page. */
    Memory withoutEtag() {
        return new Memory(null, serial, gone, raised, behindSince);
    }

    /** With other lasting alarms. */
    Memory raising(Set<String> keys) {
        return new Memory(etag, serial, gone, keys, behindSince);
    }

    static Memory read(byte[] bytes) throws JsonException {
        JsonObject json = JsonReader.parseObject(bytes, JsonReader.Numbers.INTEGERS_ONLY);
        Map<String, Digest> gone = new TreeMap<>();
        Set<String> raised = new TreeSet<>();
        try {
            JsonObject files = json.object("gone");
            for (String filename : files.members().keySet()) {
                gone.put(filename, Digest.ofHex(HashAlgorithm.SHA256, files.string(filename)));
            }
            for (JsonValue key : json.array("raised")) {
                raised.add(((JsonString) key).value());
            }
            Instant behind = json.get("behind-since").isPresent() ? Instant.parse(json.string("behind-since")) : null;
            String etag = json.get("etag").isPresent() ? json.string("etag") : null;
            return new Memory(etag, json.integer("serial"), gone, raised, behind);
        } catch (DateTimeException | IllegalArgumentException | ClassCastException e) {
            throw new JsonException(String.valueOf(e.getMessage()));
        }
    }

    byte[] write() {
        Map<String, JsonValue> files = new LinkedHashMap<>();
        new TreeMap<>(gone).forEach((filename, digest) -> files.put(filename, new JsonString(digest.hex())));
        List<JsonValue> keys = new ArrayList<>();
        new TreeSet<>(raised).forEach(key -> keys.add(new JsonString(key)));
        Map<String, JsonValue> json = new LinkedHashMap<>();
        if (etag != null) {
            json.put("etag", new JsonString(etag));
        }
        json.put("serial", JsonInteger.of(serial));
        json.put("gone", new JsonObject(files));
        json.put("raised", new JsonArray(keys));
        if (behindSince != null) {
            json.put("behind-since", new JsonString(behindSince.toString()));
        }
        return JsonWriter.writePretty(new JsonObject(json));
    }
}
