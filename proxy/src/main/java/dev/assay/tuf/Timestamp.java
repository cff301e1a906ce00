package dev.assay.tuf;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.time.Instant;
import java.util.Map;

/**
 * Timestamp metadata: the snapshot that is current (TUF 4.6).
 *
 * @param snapshot the entry for {@code snapshot.json}
 */
public record Timestamp(long version, Instant expires, MetaFile snapshot) implements Metadata {
    static Timestamp read(JsonObject signed) throws JsonException {
        Shape.Header header = Shape.Header.read(signed, "timestamp");
        return new Timestamp(
                header.version(),
                header.expires(),
                MetaFile.read(signed.object("meta").object("snapshot.json")));
    }

    @Override
    public JsonObject toJson() {
        Map<String, JsonValue> members = new Shape.Header(version, expires).write("timestamp");
        members.put("meta", new JsonObject(Map.of("snapshot.json", snapshot.toJson())));
        return new JsonObject(members);
    }
}
