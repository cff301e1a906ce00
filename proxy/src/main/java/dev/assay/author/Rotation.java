package dev.assay.author;

import dev.assay.crypto.SigningKey;
import dev.assay.tuf.DelegatedRole;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.Key;
import dev.assay.tuf.Role;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.Root;
import dev.assay.tuf.Signers;
import dev.assay.tuf.SuccinctRoles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes new roots. A root is signed by the thresholds of its predecessor and of itself (TUF 6.1). When the online key
 * changes, snapshot and timestamp are signed by the old and the new one, so that readers before and after the step to the new root
 * accept the same files, and a crash between the two steps leaves a repository that verifies.
 */
final class Rotation {
    private final Session session;
    private final PublishedState published;

    Rotation(Session session, PublishedState published) {
        this.session = session;
        this.published = published;
    }

    /** Replaces every root key. */
    RotationReport rootKeys() throws IOException, RepositoryException {
        Role before = Objects.requireNonNull(published.root().roles().get("root"), "root names no role root");
        List<SigningKey> signers = new ArrayList<>(oldRootSigners());
        List<Key> created = Founding.createRootKeys(session, before.keyids().size());
        List<String> keyids = created.stream().map(Key::id).sorted().toList();
        Root next = next(Map.of("root", new Role(keyids, before.threshold())), created);
        for (Key key : created) {
            signers.add(session.keys.find("root", key.publicKey().orElseThrow()).orElseThrow());
        }
        session.publication().commitRoot(RoleName.file(next.version(), "root"), Envelope.sign(next.toJson(), signers));
        return report("root", published.root().signers("root"), created);
    }

    /** Replaces the key of timestamp, snapshot and all bins. */
    RotationReport onlineKey() throws IOException, RepositoryException {
        List<SigningKey> rootSigners = oldRootSigners();
        requireKeys(PublishedState.BINS, published.signers(PublishedState.BINS));
        Signers old = published.root().signers("timestamp");
        requireKeys(Signing.ONLINE, old);
        Key key = session.keys.create(Signing.ONLINE, session.settings.scheme());
        Role online = new Role(List.of(key.id()), 1);
        Root next = next(Map.of("timestamp", online, "snapshot", online), List.of(key));

        Publication publication = session.publication();
        Signing signing = new Signing(session, published, publication);
        Delegations toBins = delegatingTo(online, key);
        signing.bins(toBins);
        List<String> bins = published.binNames();
        signing.delegateBinsTo(PublishedState.signers(toBins, bins.get(0)).orElseThrow());
        for (String bin : bins) {
            signing.bin(bin, published.role(bin).targets());
            session.progress().at("bins signed", signing.signed(), bins.size());
        }
        signing.commit(List.of(), next);
        publication.commitRoot(RoleName.file(next.version(), "root"), Envelope.sign(next.toJson(), rootSigners));
        return report(Signing.ONLINE, old, List.of(key));
    }

    /** The present root for another term. */
    byte[] sameRoot() throws IOException, RepositoryException {
        return Envelope.sign(next(Map.of(), List.of()).toJson(), oldRootSigners());
    }

    private List<SigningKey> oldRootSigners() throws IOException, RepositoryException {
        return requireKeys("root", published.root().signers("root"));
    }

    private List<SigningKey> requireKeys(String owner, Signers signers) throws IOException, RepositoryException {
        return session.keys.require(owner, new LinkedHashSet<>(signers.keys().values()), (int) signers.threshold());
    }

    private Root next(Map<String, Role> changed, List<Key> created) {
        Root before = published.root();
        Map<String, Role> roles = new LinkedHashMap<>(before.roles());
        roles.putAll(changed);
        Map<String, Key> all = new LinkedHashMap<>(before.keys());
        created.forEach(key -> all.put(key.id(), key));
        Set<String> used = new HashSet<>();
        roles.values().forEach(role -> used.addAll(role.keyids()));
        all.keySet().retainAll(used);
        return new Root(before.version() + 1, session.offlineExpiry(), true, all, roles);
    }

    /** What {@code bins} delegates now, to another key. */
    private Delegations delegatingTo(Role online, Key key) throws IOException, RepositoryException {
        Delegations before = published.binDelegations();
        Map<String, Key> keys = Map.of(key.id(), key);
        if (before.succinct().isPresent()) {
            SuccinctRoles bins = before.succinct().get();
            return Delegations.to(keys, new SuccinctRoles(online, bins.bitLength(), bins.namePrefix()));
        }
        return Delegations.to(
                keys,
                before.roles().stream()
                        .map(bin -> new DelegatedRole(
                                bin.name(), online, bin.terminating(), bin.paths(), bin.pathHashPrefixes()))
                        .toList());
    }

    private RotationReport report(String owner, Signers old, List<Key> created) {
        List<Path> retired = old.keys().values().stream()
                .distinct()
                .map(key -> session.keys.file(owner, key))
                .toList();
        List<Path> made = created.stream()
                .map(key -> session.keys.file(owner, key.publicKey().orElseThrow()))
                .toList();
        return new RotationReport(made, retired);
    }
}
