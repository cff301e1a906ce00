package dev.assay.tuf;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Metadata of the targets role or of a role that it delegates to (TUF 4.5).
 *
 * @param unusable paths whose entry has no supported hash: asking for one is an error, not "no entry"
 */
public record Targets(
        long version,
        Instant expires,
        Map<TargetPath, TargetFile> targets,
        Set<TargetPath> unusable,
        Optional<Delegations> delegations)
        implements Metadata {
    public Targets {
        targets = Collections.unmodifiableMap(targets);
        unusable = Set.copyOf(unusable);
    }

    /** As an author makes it: every target has a supported hash. The map is copied. */
    public Targets(
            long version, Instant expires, Map<TargetPath, TargetFile> targets, Optional<Delegations> delegations) {
        this(version, expires, new LinkedHashMap<>(targets), Set.of(), delegations);
    }

    /** The entry for a path, delegations aside; throws with reason MISMATCH when it has no supported hash. */
    public Optional<TargetFile> target(TargetPath path, String role) throws InvalidMetadataException {
        TargetFile file = targets.get(path);
        if (file == null && unusable.contains(path)) {
            throw new InvalidMetadataException(
                    Reason.MISMATCH,
                    role,
                    role + " " + version + ": target " + Shape.quote(path.value()) + " has no supported hash");
        }
        return Optional.ofNullable(file);
    }

    /** Reads a targets file without verifying who signed it: for one that is trusted already. */
    public static Targets parse(String role, byte[] bytes) throws InvalidMetadataException {
        return Envelope.parse(role, bytes).read(role, signed -> read(role, signed));
    }

    static Targets read(String role, JsonObject signed) throws JsonException {
        Shape.Header header = Shape.Header.read(signed, "targets");
        JsonObject entries = signed.object("targets");
        List<TargetFile> targets = new ArrayList<>(entries.members().size());
        Set<TargetPath> unusable = new HashSet<>();
        for (Map.Entry<String, JsonValue> entry : entries.members().entrySet()) {
            TargetPath path = new TargetPath(entry.getKey());
            JsonObject json = Shape.asObject(entry.getValue(), "entry of \"targets\"");
            Optional<TargetFile> file = TargetFile.read(path, json, role);
            file.ifPresentOrElse(targets::add, () -> unusable.add(path));
        }
        Optional<Delegations> delegations = signed.get("delegations").isPresent()
                ? Optional.of(Delegations.read(signed.object("delegations")))
                : Optional.empty();
        return new Targets(header.version(), header.expires(), new PackedTargets(role, targets), unusable, delegations);
    }

    @Override
    public JsonObject toJson() {
        Map<String, JsonValue> members = new Shape.Header(version, expires).write("targets");
        Map<String, JsonValue> entries = new LinkedHashMap<>();
        targets.forEach((path, file) -> entries.put(path.value(), file.toJson()));
        members.put("targets", new JsonObject(entries));
        delegations.ifPresent(delegated -> members.put("delegations", delegated.toJson()));
        return new JsonObject(members);
    }
}
