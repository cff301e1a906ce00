package dev.assay.tuf;

import dev.assay.crypto.SignatureScheme;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The top-level metadata trusted so far: an immutable value that each step of the client workflow turns into the next one or
 * refuses (TUF 5.3 to 5.6). It keeps what rollback checks need: an older timestamp or snapshot, expired or not, still says
 * what may not go down; what may be used is decided by {@link #snapshot}, {@link #targets} and expiry at each use.
 *
 * <p>Whoever restores stored metadata passes {@link Instant#MIN} as the time: it was current when it was accepted.
 */
public final class TrustedSet {
    private final Set<SignatureScheme> schemes;
    private final Root root;
    private final long timestampFloor;
    private final long snapshotFloor;
    private final @Nullable Timestamp timestamp;
    private final @Nullable Accepted<Snapshot> snapshot;
    private final @Nullable Accepted<Targets> targets;
    /** Verbatim: every root by its file's name, and what was last accepted of the other roles, by theirs. */
    private final Map<String, byte[]> bytes;

    /** Metadata and the entry under which it was accepted: current as long as the entry is the same. */
    private record Accepted<M>(M metadata, @Nullable MetaFile entry) {}

    private TrustedSet(
            Set<SignatureScheme> schemes,
            Root root,
            long timestampFloor,
            long snapshotFloor,
            @Nullable Timestamp timestamp,
            @Nullable Accepted<Snapshot> snapshot,
            @Nullable Accepted<Targets> targets,
            Map<String, byte[]> bytes) {
        this.schemes = schemes;
        this.root = root;
        this.timestampFloor = timestampFloor;
        this.snapshotFloor = snapshotFloor;
        this.timestamp = timestamp;
        this.snapshot = snapshot;
        this.targets = targets;
        this.bytes = bytes;
    }

    private Map<String, byte[]> with(String name, byte[] file) {
        Map<String, byte[]> more = new LinkedHashMap<>(bytes);
        more.put(name, file);
        return more;
    }

    /**
     * Starts from the trust anchor, which must meet its own threshold; its expiry does not matter (TUF 5.2).
     *
     * @param schemes of which keys count, in this set and all that it is turned into
     */
    public static TrustedSet pinned(byte[] rootBytes, Set<SignatureScheme> schemes) throws InvalidMetadataException {
        Envelope file = Envelope.parse("root", rootBytes);
        Root root = file.read("root", Root::read);
        root.signers("root").verify("root", file, schemes);
        Map<String, byte[]> bytes = Map.of(RoleName.file(root.version(), "root"), rootBytes);
        return new TrustedSet(Set.copyOf(schemes), root, 0, 0, null, null, null, bytes);
    }

    /**
     * Root N+1 (TUF 5.3.4, 5.3.5), signed by the old threshold and by its own. When the keys or the threshold of timestamp or
     * snapshot change, both files go, and what may not go down goes with them (TUF 5.3.11).
     */
    public TrustedSet withRoot(byte[] rootBytes) throws InvalidMetadataException {
        Envelope file = Envelope.parse("root", rootBytes);
        root.signers("root").verify("root", file, schemes);
        Root next = file.read("root", Root::read);
        next.signers("root").verify("root", file, schemes);
        requireVersion("root", next.version(), root.version() + 1);
        Accepted<Targets> kept = sameSigners(next, "targets") ? targets : null;
        Map<String, byte[]> files = with(RoleName.file(next.version(), "root"), rootBytes);
        return sameSigners(next, "timestamp") && sameSigners(next, "snapshot")
                ? new TrustedSet(schemes, next, timestampFloor, snapshotFloor, timestamp, snapshot, kept, files)
                : new TrustedSet(schemes, next, 0, 0, null, null, kept, files);
    }

    private boolean sameSigners(Root next, String role) {
        return next.signers(role).sameKeys(root.signers(role));
    }

    /** Remembers versions that may not be gone below, from durable storage. */
    public TrustedSet withFloors(long timestampVersion, long snapshotVersion) {
        return new TrustedSet(
                schemes,
                root,
                Math.max(timestampFloor, timestampVersion),
                Math.max(snapshotFloor, snapshotVersion),
                timestamp,
                snapshot,
                targets,
                bytes);
    }

    /** A new timestamp (TUF 5.4); this very set when its version is not new, provided that the trusted one is current. */
    public TrustedSet withTimestamp(byte[] file, Instant now) throws InvalidMetadataException {
        requireRootCurrent(now);
        Timestamp next = verified("timestamp", file, root.signers("timestamp"), schemes, Timestamp::read);
        if (timestamp != null && next.version() == timestamp.version()) {
            requireCurrent("timestamp", timestamp, now);
            return this;
        }
        requireFloor("timestamp", "version", next.version(), timestampFloor);
        long named = timestamp == null ? 0 : timestamp.snapshot().version();
        requireFloor("timestamp", "version of snapshot", next.snapshot().version(), Math.max(named, snapshotFloor));
        requireCurrent("timestamp", next, now);
        return new TrustedSet(
                schemes, root, next.version(), snapshotFloor, next, snapshot, targets, with("timestamp", file));
    }

    /** The snapshot that timestamp names (TUF 5.5). */
    public TrustedSet withSnapshot(byte[] file, Instant now) throws InvalidMetadataException {
        Timestamp trusted = require("timestamp", timestamp);
        requireCurrent("timestamp", trusted, now);
        MetaFile entry = trusted.snapshot();
        Snapshot next = verified("snapshot", file, root.signers("snapshot"), schemes, entry, Snapshot::read);
        if (snapshot != null) {
            requireNoneLower(snapshot.metadata(), next);
        }
        requireCurrent("snapshot", next, now);
        Map<String, byte[]> files = with("snapshot", file);
        return new TrustedSet(
                schemes, root, timestampFloor, next.version(), timestamp, new Accepted<>(next, entry), targets, files);
    }

    /** A stored snapshot other than the one that timestamp names: it serves rollback checks and nothing else (TUF 5.5.5). */
    public TrustedSet withOldSnapshot(byte[] file) throws InvalidMetadataException {
        Snapshot old = verified("snapshot", file, root.signers("snapshot"), schemes, Snapshot::read);
        return new TrustedSet(
                schemes, root, timestampFloor, snapshotFloor, timestamp, new Accepted<>(old, null), targets, bytes);
    }

    private static void requireNoneLower(Snapshot old, Snapshot next) throws InvalidMetadataException {
        for (Map.Entry<String, MetaFile> before : old.meta().entrySet()) {
            String file = before.getKey();
            MetaFile after = next.meta().get(file);
            if (after == null) {
                throw new InvalidMetadataException(
                        Reason.ROLLBACK,
                        "snapshot",
                        "snapshot " + next.version() + " no longer lists " + Shape.quote(file) + ", which snapshot "
                                + old.version() + " did");
            }
            requireFloor(
                    "snapshot",
                    "version of " + Shape.quote(file),
                    after.version(),
                    before.getValue().version());
        }
    }

    /** The top-level targets that the current snapshot names (TUF 5.6.1 to 5.6.5). */
    public TrustedSet withTargets(byte[] file, Instant now) throws InvalidMetadataException {
        Snapshot current = require("snapshot", snapshot().orElse(null));
        requireCurrent("snapshot", current, now);
        MetaFile entry = entry(current, "targets");
        Targets next = delegated("targets", file, root.signers("targets"), schemes, entry, now);
        Map<String, byte[]> files = with("targets", file);
        return new TrustedSet(
                schemes, root, timestampFloor, snapshotFloor, timestamp, snapshot, new Accepted<>(next, entry), files);
    }

    /** A targets role, verified against who must sign it (its delegator says) and its entry in snapshot (TUF 5.6.2 to 5.6.5). */
    public static Targets delegated(
            String role, byte[] bytes, Signers signers, Set<SignatureScheme> schemes, MetaFile entry, Instant now)
            throws InvalidMetadataException {
        Targets targets = verified(role, bytes, signers, schemes, entry, signed -> Targets.read(role, signed));
        requireCurrent(role, targets, now);
        return targets;
    }

    private static <M extends Metadata> M verified(
            String role,
            byte[] bytes,
            Signers signers,
            Set<SignatureScheme> schemes,
            MetaFile entry,
            Envelope.Reader<M> reader)
            throws InvalidMetadataException {
        entry.check(role, bytes);
        M metadata = verified(role, bytes, signers, schemes, reader);
        requireVersion(role, metadata.version(), entry.version());
        return metadata;
    }

    private static <M> M verified(
            String role, byte[] bytes, Signers signers, Set<SignatureScheme> schemes, Envelope.Reader<M> reader)
            throws InvalidMetadataException {
        Envelope file = Envelope.parse(role, bytes);
        signers.verify(role, file, schemes);
        return file.read(role, reader);
    }

    /** The entry of a role in a snapshot; throws with reason MISSING when there is none. */
    public static MetaFile entry(Snapshot snapshot, String role) throws InvalidMetadataException {
        return snapshot.entry(role)
                .orElseThrow(() -> new InvalidMetadataException(
                        Reason.MISSING,
                        role,
                        "snapshot " + snapshot.version() + " does not list " + Shape.quote(role)));
    }

    /** Throws with reason EXPIRED when {@code metadata} may not be used at {@code now}. */
    public static void requireCurrent(String role, Metadata metadata, Instant now) throws InvalidMetadataException {
        if (!metadata.expires().isAfter(now)) {
            throw new InvalidMetadataException(
                    Reason.EXPIRED,
                    role,
                    role + " " + metadata.version() + " expired at " + metadata.expires() + " (now: " + now + ")");
        }
    }

    /** Throws with reason MISSING or EXPIRED unless timestamp, snapshot and targets are there, belong together and are current. */
    public void requireCurrent(Instant now) throws InvalidMetadataException {
        requireCurrent("timestamp", require("timestamp", timestamp), now);
        requireCurrent("snapshot", require("snapshot", snapshot().orElse(null)), now);
        requireCurrent("targets", require("targets", targets().orElse(null)), now);
    }

    /** To be asked after the last new root (TUF 5.3.10). */
    public void requireRootCurrent(Instant now) throws InvalidMetadataException {
        requireCurrent("root", root, now);
    }

    private static void requireVersion(String role, long found, long expected) throws InvalidMetadataException {
        if (found != expected) {
            throw new InvalidMetadataException(
                    Reason.WRONG_VERSION, role, role + ": version " + found + " (expected: " + expected + ")");
        }
    }

    private static void requireFloor(String role, String what, long found, long floor) throws InvalidMetadataException {
        if (found < floor) {
            throw new InvalidMetadataException(
                    Reason.ROLLBACK,
                    role,
                    role + ": " + what + " is " + found + " (expected: >= " + floor + ", as before)");
        }
    }

    private static <M> M require(String role, @Nullable M metadata) throws InvalidMetadataException {
        if (metadata == null) {
            throw new InvalidMetadataException(
                    Reason.MISSING,
                    role,
                    "there is no trusted " + role + " yet: the repository was never refreshed whole");
        }
        return metadata;
    }

    public Root root() {
        return root;
    }

    /** The version below which no timestamp is accepted, 0 when there is none. */
    public long timestampFloor() {
        return timestampFloor;
    }

    /** The version of the last accepted snapshot: timestamp may name none below it. 0 when there is none. */
    public long snapshotFloor() {
        return snapshotFloor;
    }

    /** The last accepted timestamp; it may have expired. */
    public Optional<Timestamp> timestamp() {
        return Optional.ofNullable(timestamp);
    }

    /** The snapshot that timestamp names; empty while only an older one is trusted. */
    public Optional<Snapshot> snapshot() {
        return snapshot != null && timestamp != null && timestamp.snapshot().equals(snapshot.entry())
                ? Optional.of(snapshot.metadata())
                : Optional.empty();
    }

    /** The targets that the current snapshot names. */
    public Optional<Targets> targets() {
        return snapshot()
                .flatMap(current -> current.entry("targets"))
                .flatMap(entry -> Optional.ofNullable(targets)
                        .filter(accepted -> entry.equals(accepted.entry()))
                        .map(Accepted::metadata));
    }

    /** The files in force, verbatim: every root since the pinned one by its file's name, timestamp, snapshot and targets by role. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>(bytes);
        files.keySet()
                .removeIf(name -> (name.equals("timestamp") && timestamp == null)
                        || (name.equals("snapshot") && snapshot().isEmpty())
                        || (name.equals("targets") && targets().isEmpty()));
        return files;
    }
}
