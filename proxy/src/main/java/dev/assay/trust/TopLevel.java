package dev.assay.trust;

import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The top-level roles of one repository: restored from the store, brought up to date, persisted (TUF 5.2 to 5.6.6).
 * Not thread-safe.
 *
 * <p>Durability: a root is stored before anything relies on it, then the floors that it clears. Every other role is stored once
 * all its checks are passed, then its floor. So floors are at most behind what is stored, where the stored file itself says what may
 * not go down, and never ahead of it, where a process that ended between the two would demand what it does not have. Files signed
 * under rotated timestamp or snapshot keys may stay in the store: without a floor recorded under the new keys they are not
 * looked at, so that what is dropped stays dropped whenever the process ends.
 */
final class TopLevel {
    private static final Logger LOG = LoggerFactory.getLogger(TopLevel.class);
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);
    private static final int MAX_RESTARTS = 3;

    private final Fetcher fetcher;
    private final MetadataStore store;
    private final TrustOptions options;

    /** As they are stored. */
    private VersionFloors floors;
    /** The last accepted metadata; after a failed update it may be ahead of {@link #complete}, and incomplete. */
    private TrustedSet trusted;
    /** The last complete set, if there ever was one, under the newest root. */
    private TrustedSet complete;

    TopLevel(byte[] pinnedRoot, MetadataSource source, MetadataStore store, TrustOptions options)
            throws InvalidMetadataException {
        this.fetcher = new Fetcher(source);
        this.store = store;
        this.options = options;
        this.floors = store.floors();
        this.trusted = restored(pinnedRoot);
        this.complete = trusted;
        saveFloors(floors.time());
    }

    /** What readers may see. */
    TrustedSet complete() {
        return complete;
    }

    /** As it is stored, so that a restart remembers. */
    Optional<Instant> lastUpdate() {
        return floors.time() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(floors.time()));
    }

    private TrustedSet restored(byte[] pinnedRoot) throws InvalidMetadataException {
        TrustedSet set = TrustedSet.pinned(pinnedRoot, options.schemes());
        long version = set.root().version();
        if (!Arrays.equals(store.root(version).orElse(null), pinnedRoot)) {
            store.saveRoot(version, pinnedRoot);
        }
        if (version >= floors.rootVersion()) {
            set = withFloors(set);
        }
        Optional<byte[]> next = store.root(version + 1);
        while (next.isPresent()) {
            try {
                set = withRoot(set, next.get());
            } catch (InvalidMetadataException e) {
                LOG.warn(
                        "a stored root is not used version={} message={}",
                        set.root().version() + 1,
                        e.getMessage());
                break;
            }
            next = store.root(set.root().version() + 1);
        }
        return restoredRoles(set);
    }

    /** The next root; at the one under which the floors were recorded they come into force, and later ones may clear them. */
    private TrustedSet withRoot(TrustedSet set, byte[] bytes) throws InvalidMetadataException {
        TrustedSet next = set.withRoot(bytes);
        return next.root().version() == floors.rootVersion() ? withFloors(next) : next;
    }

    private TrustedSet withFloors(TrustedSet set) {
        boolean sameKeys = floors.timestampKeys().equals(fingerprint(set, "timestamp"))
                && floors.snapshotKeys().equals(fingerprint(set, "snapshot"));
        return sameKeys ? set.withFloors(floors.timestampVersion(), floors.snapshotVersion()) : set;
    }

    private static String fingerprint(TrustedSet set, String role) {
        return set.root().signers(role).fingerprint();
    }

    /** A role without a floor under these keys has been dropped, or there is nothing to hold it against: it is fetched again. */
    private TrustedSet restoredRoles(TrustedSet roots) {
        if (roots.timestampFloor() == 0) {
            return roots;
        }
        TrustedSet set = restored(roots, "timestamp", TrustedSet::withTimestamp);
        if (roots.snapshotFloor() == 0) {
            return set;
        }
        TrustedSet withSnapshot = restored(set, "snapshot", TrustedSet::withSnapshot);
        if (withSnapshot == set) {
            return restored(set, "snapshot", (old, bytes, now) -> old.withOldSnapshot(bytes));
        }
        return restored(withSnapshot, "targets", TrustedSet::withTargets);
    }

    private interface Step {
        TrustedSet apply(TrustedSet set, byte[] bytes, Instant now) throws InvalidMetadataException;
    }

    private TrustedSet restored(TrustedSet set, String role, Step step) {
        Optional<byte[]> bytes = store.load(role);
        try {
            return bytes.isPresent() ? step.apply(set, bytes.get(), Instant.MIN) : set;
        } catch (InvalidMetadataException e) {
            notUsed(e);
            return set;
        }
    }

    /** Most often because there is a newer one. */
    private static void notUsed(InvalidMetadataException e) {
        LOG.debug("stored metadata is not used reason={} message={}", e.reason(), e.getMessage());
    }

    /** TUF 5.3 to 5.6.6; on any exception {@link #complete} is as it was, newer roots excepted. */
    void update(Instant now) throws InvalidMetadataException, IOException {
        requireClock(now);
        updateRoot(now);
        updateRoles(now);
        trusted.requireCurrent(now);
        saveFloors(Math.max(now.getEpochSecond(), floors.time()));
        complete = trusted;
    }

    private void requireClock(Instant now) throws InvalidMetadataException {
        Instant last = Instant.ofEpochSecond(floors.time());
        if (now.isBefore(last.minus(CLOCK_TOLERANCE))) {
            throw new InvalidMetadataException(
                    Reason.CLOCK,
                    "root",
                    "the clock says " + now + ", but the last refresh was at " + last
                            + ": set the clock; if it was wrong then, remove the stored state and start from the pinned root");
        }
    }

    private void updateRoot(Instant now) throws InvalidMetadataException, IOException {
        boolean behind = trusted.root().version() < floors.rootVersion();
        for (int i = 0; i < options.maxRootRotations(); i++) {
            long version = trusted.root().version() + 1;
            Optional<byte[]> bytes = fetcher.fetch("root", RoleName.file(version, "root"), options.rootMaxBytes());
            if (bytes.isEmpty()) {
                break;
            }
            TrustedSet next = withRoot(trusted, bytes.get());
            store.saveRoot(version, bytes.get());
            trusted = next;
            complete = withRoot(complete, bytes.get());
            LOG.info("new root version={} expires={}", version, next.root().expires());
            saveFloors(floors.time());
        }
        if (trusted.root().version() < floors.rootVersion()) {
            throw new InvalidMetadataException(
                    Reason.ROLLBACK,
                    "root",
                    "root: version " + trusted.root().version() + " (expected: >= "
                            + floors.rootVersion()
                            + ", which was trusted before): newer roots are lost here and the source does "
                            + "not have them; point it at a complete repository, or pin the newest root");
        }
        if (behind) {
            trusted = restoredRoles(trusted);
        }
        trusted.requireRootCurrent(now);
    }

    private void saveFloors(long time) {
        VersionFloors next = new VersionFloors(
                trusted.root().version(),
                fingerprint(trusted, "timestamp"),
                trusted.timestampFloor(),
                fingerprint(trusted, "snapshot"),
                trusted.snapshotFloor(),
                time);
        if (trusted.root().version() >= floors.rootVersion() && !next.equals(floors)) {
            store.saveFloors(next);
            floors = next;
        }
    }

    /** A file that timestamp or snapshot names and that is gone means that the repository moved on: once more from timestamp. */
    private void updateRoles(Instant now) throws InvalidMetadataException, IOException {
        for (int attempt = 1; ; attempt++) {
            boolean moved = updateTimestamp(now);
            Optional<String> gone = updateSnapshot(now);
            if (gone.isEmpty()) {
                gone = updateTargets(now);
            }
            if (gone.isEmpty()) {
                return;
            }
            if (attempt == MAX_RESTARTS || (attempt > 1 && !moved)) {
                throw Fetcher.missing(gone.get());
            }
        }
    }

    /** Whether there is a newer one. */
    private boolean updateTimestamp(Instant now) throws InvalidMetadataException, IOException {
        byte[] bytes = fetcher.fetch("timestamp", RoleName.file("timestamp"), options.timestampMaxBytes())
                .orElseThrow(() -> Fetcher.missing("timestamp"));
        TrustedSet next = trusted.withTimestamp(bytes, now);
        boolean newer = next != trusted;
        if (newer) {
            accept("timestamp", bytes, next);
        }
        return newer;
    }

    /** Stores a role that has passed all its checks, then its floor. */
    private void accept(String role, byte[] bytes, TrustedSet next) {
        store.save(role, bytes);
        trusted = next;
        saveFloors(floors.time());
    }

    private boolean consistent() {
        return trusted.root().consistentSnapshot();
    }

    /** The role, when the source lacks it. */
    private Optional<String> updateSnapshot(Instant now) throws InvalidMetadataException, IOException {
        if (trusted.snapshot().isPresent()) {
            return Optional.empty();
        }
        MetaFile entry = trusted.timestamp().orElseThrow().snapshot();
        Optional<byte[]> bytes = fetcher.fetch("snapshot", entry, consistent(), options.snapshotMaxBytes());
        if (bytes.isEmpty()) {
            return Optional.of("snapshot");
        }
        accept("snapshot", bytes.get(), trusted.withSnapshot(bytes.get(), now));
        return Optional.empty();
    }

    /** The role, when the source lacks it. What is stored may do, after a change of root's or of the entry's wording. */
    private Optional<String> updateTargets(Instant now) throws InvalidMetadataException, IOException {
        if (trusted.targets().isEmpty()) {
            trusted = restored(trusted, "targets", (set, bytes, unused) -> set.withTargets(bytes, now));
        }
        if (trusted.targets().isPresent()) {
            return Optional.empty();
        }
        MetaFile entry = TrustedSet.entry(trusted.snapshot().orElseThrow(), "targets");
        Optional<byte[]> bytes = fetcher.fetch("targets", entry, consistent(), options.targetsMaxBytes());
        if (bytes.isEmpty()) {
            return Optional.of("targets");
        }
        accept("targets", bytes.get(), trusted.withTargets(bytes.get(), now));
        return Optional.empty();
    }
}
