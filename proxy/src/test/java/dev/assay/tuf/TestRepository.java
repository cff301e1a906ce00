package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.encoding.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A TUF repository in memory that signs with real keys. Tests change its fields, publish, and may then spoil the files.
 * Publishing a role raises its version; nothing else is published with it.
 */
public final class TestRepository {
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant LATER = NOW.plus(Duration.ofDays(365));

    /** As served, by file name. */
    public final Map<String, byte[]> files = new TreeMap<>();

    private final Map<String, List<SigningKey>> keys = new HashMap<>();
    public final Map<String, Long> thresholds = new HashMap<>();
    public final Map<String, Long> versions = new HashMap<>();
    public final Map<String, Instant> expires = new HashMap<>();
    public final Map<String, MetaFile> entries = new TreeMap<>();
    public final Map<String, Map<TargetPath, TargetFile>> targets = new HashMap<>();
    public final Map<String, List<DelegatedRole>> delegated = new HashMap<>();
    public final Map<String, SuccinctRoles> succinct = new HashMap<>();
    public boolean consistentSnapshot = true;
    public boolean hashes = true;

    private List<SigningKey> previousRootKeys = List.of();

    /** One Ed25519 key for each top-level role, version 1 of each published. */
    public TestRepository() {
        Root.TOP_LEVEL.forEach(this::rotate);
        publishRoot();
        publish("targets");
    }

    public static SigningKey newKey() {
        return SigningKey.generate(SignatureScheme.ED25519);
    }

    /** Gives a role one new key in place of those it has. */
    public void rotate(String role) {
        keys.put(role, new ArrayList<>(List.of(newKey())));
    }

    /** Gives a role these keys, all of which must sign. */
    public void rotate(String role, List<SigningKey> all) {
        keys.put(role, new ArrayList<>(all));
        thresholds.put(role, (long) all.size());
    }

    public byte[] root(long version) {
        return file(version + ".root.json");
    }

    public byte[] file(String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new IllegalStateException(name + " is not published: " + files.keySet());
        }
        return bytes;
    }

    public Root rootModel() {
        Map<String, Key> listed = new LinkedHashMap<>();
        Map<String, Role> roles = new LinkedHashMap<>();
        for (String role : Root.TOP_LEVEL) {
            roles.put(role, role(role, listed));
        }
        return new Root(version("root"), expires("root"), consistentSnapshot, listed, roles);
    }

    /** The role as delegated with its present keys, which are added to {@code listed}. */
    public Role role(String name, Map<String, Key> listed) {
        List<String> keyids = new ArrayList<>();
        for (SigningKey signing : keys(name)) {
            Key key = Key.of(signing.publicKey());
            listed.put(key.id(), key);
            keyids.add(key.id());
        }
        return new Role(keyids, thresholds.getOrDefault(name, 1L));
    }

    /** The next root, signed by the keys of this one and of the one before. */
    public void publishRoot() {
        versions.merge("root", 1L, Long::sum);
        List<SigningKey> signing = new ArrayList<>(keys("root"));
        previousRootKeys.stream().filter(key -> !signing.contains(key)).forEach(signing::add);
        previousRootKeys = List.copyOf(keys("root"));
        files.put(
                RoleName.file(version("root"), "root"),
                Envelope.sign(rootModel().toJson(), signing));
    }

    /** The next version of targets roles, then of snapshot and timestamp. */
    public void publish(String... roles) {
        for (String role : roles) {
            publishTargets(role);
        }
        publishSnapshot();
        publishTimestamp();
    }

    public void publishTargets(String role) {
        versions.merge(role, 1L, Long::sum);
        put(role, targetsModel(role).toJson());
        entries.put(role, entry(version(role), file(name(role))));
    }

    public Targets targetsModel(String role) {
        return new Targets(version(role), expires(role), targets.getOrDefault(role, Map.of()), delegations(role));
    }

    private Optional<Delegations> delegations(String delegator) {
        Map<String, Key> listed = new LinkedHashMap<>();
        SuccinctRoles bins = succinct.get(delegator);
        if (bins != null) {
            Role role = role(bins.namePrefix(), listed);
            return Optional.of(Delegations.to(listed, new SuccinctRoles(role, bins.bitLength(), bins.namePrefix())));
        }
        List<DelegatedRole> roles = new ArrayList<>();
        for (DelegatedRole child : delegated.getOrDefault(delegator, List.of())) {
            Role role = child.role().keyids().isEmpty() ? role(child.name(), listed) : child.role();
            roles.add(new DelegatedRole(
                    child.name(), role, child.terminating(), child.paths(), child.pathHashPrefixes()));
        }
        return roles.isEmpty() ? Optional.empty() : Optional.of(Delegations.to(listed, roles));
    }

    public void publishSnapshot() {
        versions.merge("snapshot", 1L, Long::sum);
        Map<String, MetaFile> meta = new LinkedHashMap<>();
        entries.forEach((role, entry) -> meta.put(role + ".json", entry));
        put("snapshot", new Snapshot(version("snapshot"), expires("snapshot"), meta).toJson());
    }

    public void publishTimestamp() {
        versions.merge("timestamp", 1L, Long::sum);
        MetaFile entry = entry(version("snapshot"), file(name("snapshot")));
        put("timestamp", new Timestamp(version("timestamp"), expires("timestamp"), entry).toJson());
    }

    /** Signs with the role's keys, those of the bins for a bin, and puts the file where it belongs. */
    public void put(String role, JsonObject signed) {
        files.put(name(role), sign(role, signed));
    }

    public byte[] sign(String role, JsonObject signed) {
        return Envelope.sign(signed, keys(role));
    }

    /** Those of a role; a bin has those of its delegation. */
    public List<SigningKey> keys(String role) {
        List<SigningKey> own = keys.get(role);
        List<SigningKey> found = own != null ? own : keys.get(role.substring(0, Math.max(0, role.lastIndexOf('-'))));
        if (found == null) {
            throw new IllegalStateException(role + " has no keys");
        }
        return found;
    }

    /** The name of the present version of a role's file. */
    public String name(String role) {
        return consistentSnapshot && !role.equals("timestamp")
                ? RoleName.file(version(role), role)
                : RoleName.file(role);
    }

    private MetaFile entry(long version, byte[] bytes) {
        return hashes
                ? new MetaFile(version, OptionalLong.of(bytes.length), List.of(Digest.of(HashAlgorithm.SHA256, bytes)))
                : new MetaFile(version, OptionalLong.empty(), List.of());
    }

    public long version(String role) {
        return versions.getOrDefault(role, 0L);
    }

    private Instant expires(String role) {
        return expires.getOrDefault(role, LATER);
    }

    /** Delegates with patterns, to a role with its own new key; published by the next {@link #publish}. */
    public void delegate(String delegator, String role, boolean terminating, String... patterns) {
        keys.computeIfAbsent(role, name -> new ArrayList<>(List.of(newKey())));
        delegated
                .computeIfAbsent(delegator, name -> new ArrayList<>())
                .add(new DelegatedRole(role, new Role(List.of(), 1), terminating, List.of(patterns), List.of()));
    }

    /** Adds a target whose content is its path; returns the path. */
    public TargetPath target(String role, String path) {
        TargetPath target = new TargetPath(path);
        byte[] content = path.getBytes(StandardCharsets.UTF_8);
        TargetFile file = new TargetFile(
                target, content.length, List.of(Digest.of(HashAlgorithm.SHA256, content)), JsonObject.EMPTY, role);
        targets.computeIfAbsent(role, name -> new LinkedHashMap<>()).put(target, file);
        return target;
    }
}
