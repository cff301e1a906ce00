package dev.assay.tuf;

import dev.assay.encoding.JsonBoolean;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One delegation to a named role (TUF 4.5). A path is delegated when it fits one of the patterns or hash prefixes.
 *
 * @param terminating whether later delegations are closed to a path that is delegated here
 * @param paths patterns; empty where prefixes are used
 * @param pathHashPrefixes beginnings of the lower-case hex SHA-256 of the path; empty where patterns are used
 */
public record DelegatedRole(
        String name, Role role, boolean terminating, List<String> paths, List<String> pathHashPrefixes) {
    private static final int MAX_PATTERNS = 1 << 17;

    public DelegatedRole {
        if (name.isEmpty() || Root.TOP_LEVEL.contains(name)) {
            throw new IllegalArgumentException(
                    "delegated role: " + Shape.quote(name) + " (expected: no top-level role)");
        }
        if (!paths.isEmpty() && !pathHashPrefixes.isEmpty()) {
            throw new IllegalArgumentException("delegated role has both paths and path_hash_prefixes");
        }
        paths = List.copyOf(paths);
        pathHashPrefixes = List.copyOf(pathHashPrefixes);
    }

    static DelegatedRole read(JsonObject json) throws JsonException {
        boolean terminating = json.get("terminating").isPresent() && json.bool("terminating");
        List<String> paths = optional(json, "paths");
        List<String> prefixes = optional(json, "path_hash_prefixes");
        return new DelegatedRole(json.string("name"), Role.read(json), terminating, paths, prefixes);
    }

    private static List<String> optional(JsonObject json, String key) throws JsonException {
        return json.get(key).isPresent() ? Shape.strings(json, key, MAX_PATTERNS) : List.of();
    }

    JsonObject toJson() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("name", new JsonString(name));
        members.putAll(role.write());
        members.put("terminating", new JsonBoolean(terminating));
        if (pathHashPrefixes.isEmpty()) {
            members.put("paths", Shape.strings(paths));
        } else {
            members.put("path_hash_prefixes", Shape.strings(pathHashPrefixes));
        }
        return new JsonObject(members);
    }
}
