package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.PublicKey;
import dev.assay.crypto.SigningKey;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.Delegations;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.Root;
import dev.assay.tuf.Signers;
import dev.assay.tuf.Snapshot;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.Timestamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Signs the next version of each role that changed, then one snapshot and one timestamp over all of them. Every role is asked
 * for once. Used once.
 */
final class Signing {
    static final String TARGETS = "targets";
    static final String ONLINE = "online";

    private final Session session;
    private final PublishedState published;
    private final Publication publication;
    private final Map<String, MetaFile> meta;
    private final List<PendingRole> claimed = new ArrayList<>();
    private Signers binSigners;
    private int signed;

    Signing(Session session, PublishedState published, Publication publication)
            throws IOException, RepositoryException {
        this.session = session;
        this.published = published;
        this.publication = publication;
        this.meta = new TreeMap<>(published.snapshot().meta());
        this.binSigners = published.signers(published.binNames().get(0));
    }

    /** How many roles were signed so far, snapshot and timestamp aside. */
    int signed() {
        return signed;
    }

    /** Bins are delegated to other keys from now on: to be said before any of them is signed. */
    void delegateBinsTo(Signers signers) {
        binSigners = signers;
    }

    void bin(String name, Map<TargetPath, TargetFile> targets) throws IOException, RepositoryException {
        Targets next = new Targets(nextVersion(name), session.onlineExpiry(), targets, Optional.empty());
        write(name, next, ONLINE, binSigners);
    }

    /** A claimed project's role, whose authors have signed it already. */
    void claimed(PendingRole role) throws IOException {
        publication.writeMetadata(RoleName.file(role.version(), role.name()), role.envelope());
        record(role.name(), role.version(), role.envelope());
        claimed.add(role);
    }

    /** The top-level targets with other delegations; needs its offline key. */
    void targets(Delegations delegations) throws IOException, RepositoryException {
        Targets next = new Targets(nextVersion(TARGETS), session.offlineExpiry(), Map.of(), Optional.of(delegations));
        write(TARGETS, next, TARGETS, published.signers(TARGETS));
    }

    /** The {@code bins} role; needs its offline key. */
    void bins(Delegations delegations) throws IOException, RepositoryException {
        String bins = PublishedState.BINS;
        Targets next = new Targets(nextVersion(bins), session.offlineExpiry(), Map.of(), Optional.of(delegations));
        write(bins, next, bins, published.signers(bins));
    }

    private void write(String role, Targets next, String owner, Signers signers)
            throws IOException, RepositoryException {
        byte[] bytes = Envelope.sign(next.toJson(), require(owner, signers));
        publication.writeMetadata(RoleName.file(next.version(), role), bytes);
        record(role, next.version(), bytes);
    }

    private void record(String role, long version, byte[] bytes) {
        meta.put(role + ".json", entry(version, bytes));
        signed++;
    }

    /**
     * What snapshot says of a role. Always with its hash: one key signs every bin, so with versions alone a hostile server
     * could pass one bin off as another, and hide what is signed. Without its length: readers then tell a wrong file, however
     * long, from one that can't be fetched.
     */
    static MetaFile entry(long version, byte[] bytes) {
        return new MetaFile(version, OptionalLong.empty(), List.of(Digest.of(HashAlgorithm.SHA256, bytes)));
    }

    /** What timestamp says of snapshot. */
    static MetaFile snapshotEntry(long version, byte[] bytes) {
        return new MetaFile(version, OptionalLong.of(bytes.length), List.of(Digest.of(HashAlgorithm.SHA256, bytes)));
    }

    private long nextVersion(String role) {
        return published.snapshot().entry(role).map(MetaFile::version).orElse(0L) + 1;
    }

    private List<SigningKey> require(String owner, Signers signers) throws IOException, RepositoryException {
        return session.keys.require(owner, publicKeys(signers), (int) signers.threshold());
    }

    private static Set<PublicKey> publicKeys(Signers signers) {
        return new LinkedHashSet<>(signers.keys().values());
    }

    /** Publishes everything written, when a role was signed; what waits for signatures alone is only made durable. */
    void commit(Collection<ProjectName> projects) throws IOException, RepositoryException {
        if (signed == 0) {
            publication.sync();
            return;
        }
        commit(projects, published.root());
    }

    /** As {@link #commit(Collection)}, and always; signed so that readers of the present root and of {@code next} accept it. */
    void commit(Collection<ProjectName> projects, Root next) throws IOException, RepositoryException {
        Snapshot snapshot = new Snapshot(published.snapshot().version() + 1, session.onlineExpiry(), meta);
        byte[] snapshotBytes = Envelope.sign(snapshot.toJson(), underBoth("snapshot", next));
        publication.writeMetadata(RoleName.file(snapshot.version(), "snapshot"), snapshotBytes);
        MetaFile entry = snapshotEntry(snapshot.version(), snapshotBytes);
        Timestamp timestamp = new Timestamp(published.timestamp().version() + 1, session.onlineExpiry(), entry);
        byte[] timestampBytes = Envelope.sign(timestamp.toJson(), underBoth("timestamp", next));
        publication.commit(
                timestampBytes, projects.stream().map(ProjectName::value).toList());
        for (PendingRole role : claimed) {
            PendingRoles.forget(session.folder, role);
        }
    }

    private Collection<SigningKey> underBoth(String role, Root next) throws IOException, RepositoryException {
        Signers now = published.root().signers(role);
        Signers then = next.signers(role);
        Set<SigningKey> keys = new LinkedHashSet<>(require(ONLINE, now));
        if (!now.sameKeys(then)) {
            keys.addAll(require(ONLINE, then));
        }
        return keys;
    }
}
