package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SignatureScheme;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Delegations.Delegate;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.Key;
import dev.assay.tuf.Role;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.Root;
import dev.assay.tuf.Signers;
import dev.assay.tuf.Snapshot;
import dev.assay.tuf.SuccinctRoles;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.Timestamp;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What readers see at the moment, verified from the pinned root as they verify it, expiry aside: an expired repository must
 * still be one that can be refreshed. Keys of every scheme count, since whoever runs the repository chose them.
 * Delegated roles are read when they are first asked for.
 */
final class PublishedState {
    /** Roles signed by the online key of {@code bins} are called {@code bin-<hex>}. */
    static final String BIN_PREFIX = "bin";

    static final String BINS = "bins";

    /** Those asked for last; at the size of PyPI, half a megabyte each. */
    private static final int MAX_ROLES_IN_MEMORY = 256;

    private final RepositoryFolder folder;
    private final TrustedSet trusted;
    private final Snapshot snapshot;
    private final Targets targets;
    private final Map<String, Targets> delegated = new LinkedHashMap<>(16, 0.75f, true);

    private PublishedState(RepositoryFolder folder, TrustedSet trusted) throws RepositoryException {
        this.folder = folder;
        this.trusted = trusted;
        this.snapshot = trusted.snapshot().orElseThrow(() -> new RepositoryException("no current snapshot"));
        this.targets = trusted.targets().orElseThrow(() -> new RepositoryException("no current targets"));
    }

    static PublishedState read(RepositoryFolder folder) throws IOException, RepositoryException {
        if (!Files.isRegularFile(folder.pinnedRoot()) || !Files.isRegularFile(metadataFile(folder, "timestamp.json"))) {
            throw new RepositoryException(
                    folder.path() + " holds no finished repository (make one with init, in a new folder)");
        }
        try {
            TrustedSet trusted = TrustedSet.pinned(Files.readAllBytes(folder.pinnedRoot()), SignatureScheme.ALL);
            for (Path next = root(folder, trusted); Files.exists(next); next = root(folder, trusted)) {
                trusted = trusted.withRoot(Files.readAllBytes(next));
            }
            trusted = trusted.withTimestamp(bytes(folder, "timestamp.json"), Instant.MIN);
            long version = trusted.timestamp().orElseThrow().snapshot().version();
            trusted = trusted.withSnapshot(bytes(folder, RoleName.file(version, "snapshot")), Instant.MIN);
            Snapshot snapshot = trusted.snapshot().orElseThrow();
            long targetsVersion = TrustedSet.entry(snapshot, "targets").version();
            trusted = trusted.withTargets(bytes(folder, RoleName.file(targetsVersion, "targets")), Instant.MIN);
            return new PublishedState(folder, trusted);
        } catch (InvalidMetadataException e) {
            throw damaged(e);
        }
    }

    private static Path root(RepositoryFolder folder, TrustedSet trusted) {
        return metadataFile(folder, RoleName.file(trusted.root().version() + 1, "root"));
    }

    private static Path metadataFile(RepositoryFolder folder, String name) {
        return folder.metadata().resolve(name);
    }

    private static byte[] bytes(RepositoryFolder folder, String name) throws IOException, RepositoryException {
        try {
            return Files.readAllBytes(metadataFile(folder, name));
        } catch (NoSuchFileException e) {
            throw new RepositoryException(
                    "published metadata is damaged: " + name
                            + " is missing (restore the public folder from a backup or a mirror)",
                    e);
        }
    }

    private static RepositoryException damaged(InvalidMetadataException e) {
        return new RepositoryException(
                "published metadata does not verify from the pinned root: " + e.getMessage()
                        + " (restore the public folder from a backup or a mirror)",
                e);
    }

    Root root() {
        return trusted.root();
    }

    Timestamp timestamp() {
        return trusted.timestamp().orElseThrow();
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Targets targets() {
        return targets;
    }

    Targets bins() throws IOException, RepositoryException {
        return role(BINS);
    }

    /** A delegated role: {@code bins}, a bin or a claimed project. */
    Targets role(String name) throws IOException, RepositoryException {
        Targets known = delegated.get(name);
        if (known == null) {
            known = read(name);
            delegated.put(name, known);
            if (delegated.size() > MAX_ROLES_IN_MEMORY) {
                delegated.remove(delegated.keySet().iterator().next());
            }
        }
        return known;
    }

    private Targets read(String name) throws IOException, RepositoryException {
        try {
            long version = TrustedSet.entry(snapshot, name).version();
            byte[] bytes = bytes(folder, RoleName.file(version, name));
            return TrustedSet.delegated(
                    name, bytes, signers(name), SignatureScheme.ALL, TrustedSet.entry(snapshot, name), Instant.MIN);
        } catch (InvalidMetadataException e) {
            throw damaged(e);
        }
    }

    /** Who must sign a role: as root says for the top level, as the delegator says below it. */
    Signers signers(String role) throws IOException, RepositoryException {
        if (Root.TOP_LEVEL.contains(role)) {
            return root().signers(role);
        }
        Delegations delegator = isBin(role) ? binDelegations() : topDelegations();
        return signers(delegator, role)
                .orElseThrow(() -> new RepositoryException("nothing is delegated to a role named " + Text.quote(role)));
    }

    /** Who must sign a role that these delegations name; a bin of succinct ones counts as named. */
    static Optional<Signers> signers(Delegations delegations, String role) {
        Optional<Role> signing = delegations.succinct().isPresent()
                ? delegations.succinct().map(SuccinctRoles::role)
                : delegations.roles().stream()
                        .filter(delegated -> delegated.name().equals(role))
                        .map(DelegatedRole::role)
                        .findFirst();
        return signing.map(found -> new Signers(usable(delegations.keys(), found.keyids()), found.threshold()));
    }

    private static Map<String, PublicKey> usable(Map<String, Key> keys, List<String> keyids) {
        Map<String, PublicKey> usable = new LinkedHashMap<>();
        for (String keyid : keyids) {
            Optional.ofNullable(keys.get(keyid)).flatMap(Key::publicKey).ifPresent(key -> usable.put(keyid, key));
        }
        return usable;
    }

    static boolean isBin(String role) {
        return role.startsWith(BIN_PREFIX + "-");
    }

    Delegations topDelegations() throws RepositoryException {
        return targets.delegations().orElseThrow(() -> new RepositoryException("targets delegates to nobody"));
    }

    Delegations binDelegations() throws IOException, RepositoryException {
        return bins().delegations().orElseThrow(() -> new RepositoryException("bins delegates to nobody"));
    }

    /** Names of all bins, in order. */
    List<String> binNames() throws IOException, RepositoryException {
        return Founding.binNames(binDelegations());
    }

    /** Names of the roles of claimed projects, in order of priority. */
    List<String> claimedRoles() throws RepositoryException {
        return topDelegations().roles().stream()
                .map(DelegatedRole::name)
                .filter(name -> !name.equals(BINS))
                .toList();
    }

    /** The one role that may vouch for a path: a claimed project's where it has been handed over, or else a bin. */
    String responsible(TargetPath path) throws IOException, RepositoryException {
        List<Delegate> first = topDelegations().matching(path);
        if (first.isEmpty()) {
            throw new RepositoryException("targets delegates " + Text.quote(path.value()) + " to nobody");
        }
        return first.get(0).role().equals(BINS)
                ? binDelegations().matching(path).get(0).role()
                : first.get(0).role();
    }

    /** The content of a signed page, from its hash-prefixed name, checked against what is signed. */
    byte[] page(TargetFile target) throws IOException, RepositoryException {
        Path file = folder.published(PageTargets.publishedName(target));
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new RepositoryException("published page is missing: " + file + " (restore it from a backup)", e);
        }
        Digest expected = PageTargets.sha256(target);
        if (!Digest.of(HashAlgorithm.SHA256, content).equals(expected)) {
            throw new RepositoryException(
                    "published page is damaged: " + file + " (expected: " + expected + "; restore it from a backup)");
        }
        return content;
    }

    Optional<TargetFile> target(String role, TargetPath path) throws IOException, RepositoryException {
        return Optional.ofNullable(role(role).targets().get(path));
    }
}
