package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What signed metadata says of one target (TUF 4.5).
 *
 * @param length bytes
 * @param digests every supported signed hash, at least one
 * @param custom the {@code custom} object, empty when there is none
 * @param role the targets role that vouches for it
 */
public record TargetFile(TargetPath path, long length, List<Digest> digests, JsonObject custom, String role) {
    public TargetFile {
        if (length < 0 || digests.isEmpty()) {
            throw new IllegalArgumentException("target " + path + " has no supported hash or a negative length");
        }
        digests = List.copyOf(digests);
    }

    /** Where it is kept with consistent snapshots, {@code a/<hex>.b} for {@code a/b}: by SHA-256 where signed, else the first digest. */
    public String hashPrefixed() {
        Digest digest = digests.stream()
                .filter(d -> d.algorithm() == HashAlgorithm.SHA256)
                .findFirst()
                .orElse(digests.get(0));
        int name = path.value().lastIndexOf('/') + 1;
        return path.value().substring(0, name) + digest.hex() + "."
                + path.value().substring(name);
    }

    /** Empty when the entry has no supported hash: it can't be used, the rest of the file can. */
    static Optional<TargetFile> read(TargetPath path, JsonObject json, String role) throws JsonException {
        long length = Shape.atLeast(0, json, "length");
        List<Digest> digests = Shape.digests(json.object("hashes"));
        JsonObject custom = json.get("custom").isPresent() ? json.object("custom") : JsonObject.EMPTY;
        return digests.isEmpty() ? Optional.empty() : Optional.of(new TargetFile(path, length, digests, custom, role));
    }

    JsonObject toJson() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (!custom.members().isEmpty()) {
            members.put("custom", custom);
        }
        members.put("hashes", Shape.hashes(digests));
        members.put("length", JsonInteger.of(length));
        return new JsonObject(members);
    }
}
