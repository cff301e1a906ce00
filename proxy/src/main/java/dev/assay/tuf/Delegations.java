package dev.assay.tuf;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * To whom a targets role delegates which paths, and with which keys (TUF 4.5, TAP 15): either roles in order of priority, or
 * succinct bins. Immutable; hash prefixes are indexed, so that finding one bin of many takes no scan.
 */
public final class Delegations {
    private static final int MAX_ROLES = 1 << 17;

    private final Map<String, Key> keys;
    private final List<DelegatedRole> roles;
    private final Optional<SuccinctRoles> succinct;
    private final Optional<Signers> binSigners;

    private final List<Delegate> delegates = new ArrayList<>();
    private final Map<String, List<Integer>> byPrefix = new HashMap<>();
    private final SortedSet<Integer> prefixLengths = new TreeSet<>();
    private final Map<Integer, List<PathPattern>> patterns = new LinkedHashMap<>();

    /** One step down: a role to look into, who must sign it, and whether the search ends with it. */
    public record Delegate(String role, Signers signers, boolean terminating) {}

    private Delegations(Map<String, Key> keys, List<DelegatedRole> roles, Optional<SuccinctRoles> succinct) {
        this.keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        this.roles = List.copyOf(roles);
        this.succinct = succinct;
        Map<Role, Signers> shared = new HashMap<>();
        Set<String> names = new HashSet<>();
        for (DelegatedRole delegated : roles) {
            if (!names.add(delegated.name())) {
                throw new IllegalArgumentException("role " + Shape.quote(delegated.name()) + " is delegated to twice");
            }
            Signers signers = shared.computeIfAbsent(delegated.role(), role -> Signers.of(role, keys));
            index(delegates.size(), delegated);
            delegates.add(new Delegate(delegated.name(), signers, delegated.terminating()));
        }
        this.binSigners = succinct.map(bins -> Signers.of(bins.role(), keys));
    }

    private void index(int position, DelegatedRole delegated) {
        for (String prefix : Set.copyOf(delegated.pathHashPrefixes())) {
            byPrefix.computeIfAbsent(prefix, unused -> new ArrayList<>(1)).add(position);
            prefixLengths.add(prefix.length());
        }
        if (!delegated.paths().isEmpty()) {
            patterns.put(
                    position, delegated.paths().stream().map(PathPattern::new).toList());
        }
    }

    /** Delegations in order of priority; throws {@link IllegalArgumentException} when a role is named twice. */
    public static Delegations to(Map<String, Key> keys, List<DelegatedRole> roles) {
        return new Delegations(keys, roles, Optional.empty());
    }

    /** Delegation of every path to hash bins. */
    public static Delegations to(Map<String, Key> keys, SuccinctRoles bins) {
        return new Delegations(keys, List.of(), Optional.of(bins));
    }

    /** By keyid, in the order listed. */
    public Map<String, Key> keys() {
        return keys;
    }

    /** In order of priority; empty where there are succinct bins. */
    public List<DelegatedRole> roles() {
        return roles;
    }

    public Optional<SuccinctRoles> succinct() {
        return succinct;
    }

    /** The roles that the path is delegated to, first one first, ending with the first terminating one (TUF 5.6.7.2). */
    public List<Delegate> matching(TargetPath path) {
        if (succinct.isPresent()) {
            return List.of(new Delegate(succinct.get().bin(path), binSigners.orElseThrow(), true));
        }
        List<Delegate> inOrder = new ArrayList<>(2);
        for (int match : positions(path)) {
            inOrder.add(delegates.get(match));
            if (delegates.get(match).terminating()) {
                break;
            }
        }
        return inOrder;
    }

    /** The delegation to a role, whatever its paths. */
    public Optional<Delegate> find(String role) {
        if (succinct.isPresent()) {
            return succinct.get().hasBin(role)
                    ? Optional.of(new Delegate(role, binSigners.orElseThrow(), true))
                    : Optional.empty();
        }
        return delegates.stream().filter(next -> next.role().equals(role)).findFirst();
    }

    private SortedSet<Integer> positions(TargetPath path) {
        String hash = byPrefix.isEmpty()
                ? ""
                : Digest.of(HashAlgorithm.SHA256, path.utf8()).hex();
        SortedSet<Integer> positions = new TreeSet<>();
        patterns.forEach((position, globs) -> {
            if (globs.stream().anyMatch(glob -> glob.matches(path.value()))) {
                positions.add(position);
            }
        });
        for (int length : prefixLengths.headSet(hash.length() + 1)) {
            positions.addAll(byPrefix.getOrDefault(hash.substring(0, length), List.of()));
        }
        return positions;
    }

    static Delegations read(JsonObject json) throws JsonException {
        Map<String, Key> keys = Key.readAll(json.object("keys"));
        if (json.get("succinct_roles").isPresent()) {
            if (json.get("roles").isPresent()) {
                throw new JsonException("delegations have both roles and succinct_roles");
            }
            return to(keys, SuccinctRoles.read(json.object("succinct_roles")));
        }
        List<DelegatedRole> roles = new ArrayList<>();
        for (JsonValue role : Shape.bounded(json.array("roles"), "roles", MAX_ROLES)) {
            roles.add(DelegatedRole.read(Shape.asObject(role, "delegated role")));
        }
        return to(keys, roles);
    }

    JsonObject toJson() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("keys", Key.writeAll(keys));
        succinct.ifPresentOrElse(
                bins -> members.put("succinct_roles", bins.toJson()),
                () -> members.put(
                        "roles",
                        new JsonArray(roles.stream()
                                .<JsonValue>map(DelegatedRole::toJson)
                                .toList())));
        return new JsonObject(members);
    }
}
