package dev.assay.tuf;

import dev.assay.encoding.JsonBoolean;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Root metadata: which keys sign for the top-level roles (TUF 4.3).
 *
 * @param consistentSnapshot whether metadata files carry their version in their names (TUF 6.2)
 * @param roles at least {@code root}, {@code timestamp}, {@code snapshot} and {@code targets}
 */
public record Root(
        long version, Instant expires, boolean consistentSnapshot, Map<String, Key> keys, Map<String, Role> roles)
        implements Metadata {
    /** The four roles that root names. */
    public static final List<String> TOP_LEVEL = List.of("root", "timestamp", "snapshot", "targets");

    public Root {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
        if (!roles.keySet().containsAll(TOP_LEVEL)) {
            throw new IllegalArgumentException("root does not name each of " + TOP_LEVEL);
        }
    }

    /** The keys and threshold of one of {@link #TOP_LEVEL}. */
    public Signers signers(String role) {
        Role signing = roles.get(role);
        if (signing == null) {
            throw new IllegalArgumentException("role: " + role + " (expected: one of " + roles.keySet() + ")");
        }
        return Signers.of(signing, keys);
    }

    /** Reads a root file without verifying who signed it: for one that is trusted already. */
    public static Root parse(byte[] bytes) throws InvalidMetadataException {
        return Envelope.parse("root", bytes).read("root", Root::read);
    }

    static Root read(JsonObject signed) throws JsonException {
        Shape.Header header = Shape.Header.read(signed, "root");
        boolean consistent = signed.get("consistent_snapshot").isPresent() && signed.bool("consistent_snapshot");
        JsonObject named = signed.object("roles");
        Map<String, Role> roles = new LinkedHashMap<>();
        for (String role : named.members().keySet()) {
            roles.put(role, Role.read(named.object(role)));
        }
        return new Root(header.version(), header.expires(), consistent, Key.readAll(signed.object("keys")), roles);
    }

    @Override
    public JsonObject toJson() {
        Map<String, JsonValue> members = new Shape.Header(version, expires).write("root");
        members.put("consistent_snapshot", new JsonBoolean(consistentSnapshot));
        members.put("keys", Key.writeAll(keys));
        Map<String, JsonValue> named = new LinkedHashMap<>();
        roles.forEach((name, role) -> named.put(name, new JsonObject(role.write())));
        members.put("roles", new JsonObject(named));
        return new JsonObject(members);
    }
}
