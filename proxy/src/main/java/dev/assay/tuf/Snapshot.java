package dev.assay.tuf;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Snapshot metadata: the version of every targets role (TUF 4.4).
 *
 * @param meta by file name, such as {@code targets.json}: role names as they are, not encoded
 */
public record Snapshot(long version, Instant expires, Map<String, MetaFile> meta) implements Metadata {
    public Snapshot {
        meta = Collections.unmodifiableMap(new HashMap<>(meta));
    }

    /** The entry of a targets role; empty when this snapshot does not know it. */
    public Optional<MetaFile> entry(String role) {
        return Optional.ofNullable(meta.get(role + ".json"));
    }

    static Snapshot read(JsonObject signed) throws JsonException {
        Shape.Header header = Shape.Header.read(signed, "snapshot");
        JsonObject files = signed.object("meta");
        Map<String, MetaFile> meta = new HashMap<>(files.members().size() * 4 / 3 + 1);
        for (Map.Entry<String, JsonValue> file : files.members().entrySet()) {
            meta.put(file.getKey(), MetaFile.read(Shape.asObject(file.getValue(), "entry of \"meta\"")));
        }
        return new Snapshot(header.version(), header.expires(), meta);
    }

    @Override
    public JsonObject toJson() {
        Map<String, JsonValue> members = new Shape.Header(version, expires).write("snapshot");
        Map<String, JsonValue> files = new LinkedHashMap<>();
        new TreeMap<>(meta).forEach((file, entry) -> files.put(file, entry.toJson()));
        members.put("meta", new JsonObject(files));
        return new JsonObject(members);
    }
}
