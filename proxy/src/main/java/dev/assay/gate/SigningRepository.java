package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.store.SignedPaths;
import dev.assay.trust.Layout;
import dev.assay.trust.Lookup;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The repository whose signature is trusted, as the use cases ask it: look-ups that load missing delegated roles on the way,
 * and the memory of what it once signed. Thread-safe.
 */
public final class SigningRepository {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Layout layout;
    private final Updater updater;
    private final Refresher refresher;
    private final SignedPaths signedPaths;
    private final InstantSource clock;
    private final SharedWork<String> loads;

    public SigningRepository(
            Layout layout,
            Updater updater,
            Refresher refresher,
            SignedPaths signedPaths,
            FetchWorkers workers,
            InstantSource clock) {
        this.layout = layout;
        this.updater = updater;
        this.refresher = refresher;
        this.signedPaths = signedPaths;
        this.clock = clock;
        this.loads = new SharedWork<>(workers);
    }

    Layout layout() {
        return layout;
    }

    /** What is signed for this path; NotFound when nothing is, Revoked when something was. */
    Outcome<TargetFile> find(TargetPath path, Instant deadline) {
        Instant now = clock.instant();
        try {
            Lookup lookup = updater.view().find(path, now);
            if (lookup instanceof Lookup.Signed signed) {
                return new Outcome.Found<>(signed.file());
            }
            return lookup instanceof Lookup.NotLoaded missing
                    ? load(missing.role(), path, now, deadline)
                    : notSigned(path);
        } catch (InvalidMetadataException e) {
            return cannotVouch(e, now, deadline);
        }
    }

    /** The target if it is signed and every role on the way is in memory and current; for the event loop: no I/O, no waiting. */
    Optional<TargetFile> findInMemory(TargetPath path) {
        try {
            return updater.view().find(path, clock.instant()) instanceof Lookup.Signed signed
                    ? Optional.of(signed.file())
                    : Optional.empty();
        } catch (InvalidMetadataException e) {
            return Optional.empty();
        }
    }

    /** Remembers that this path was signed and handed over, so that its end shows as a revocation. */
    void remember(String path, Digest digest) {
        signedPaths.record(path, digest, clock.instant());
    }

    /** Whether {@link #remember} was once called for this path. */
    boolean wasSigned(String path) {
        return signedPaths.lookup(path).isPresent();
    }

    private Outcome<TargetFile> notSigned(TargetPath path) {
        return wasSigned(path.value())
                ? Outcome.refused(Outcome.Reason.REVOKED, "the signed metadata no longer lists " + path)
                : Outcome.refused(Outcome.Reason.NOT_FOUND, "the signed metadata does not list " + path);
    }

    private Outcome<TargetFile> load(String role, TargetPath path, Instant now, Instant deadline) {
        if (!now.isBefore(deadline)) {
            return Outcome.unavailable(
                    Outcome.Reason.TIMEOUT, "signed metadata of role " + role + " did not come in time", RETRY);
        }
        return loads.ask(role, deadline, () -> loadNow(path));
    }

    private Optional<Outcome<TargetFile>> loadNow(TargetPath path) {
        try {
            updater.load(path, clock.instant());
            return Optional.empty();
        } catch (InvalidMetadataException e) {
            refresher.nudge();
            return Optional.of(Outcome.refused(Outcome.Reason.UNVERIFIED, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return Optional.of(Outcome.unavailable(
                    Outcome.Reason.UPSTREAM, "signed metadata can't be fetched: " + e.getMessage(), RETRY));
        }
    }

    /** Before the first refresh has ended nothing is wrong yet: wait for it. Later, ask for a refresh and say what is wrong. */
    private Outcome<TargetFile> cannotVouch(InvalidMetadataException e, Instant now, Instant deadline) {
        if (!refresher.triedOnce() && now.isBefore(deadline)) {
            return refresher.firstTry(deadline);
        }
        refresher.nudge();
        String last = refresher.lastFailure();
        return Outcome.refused(Outcome.Reason.UNVERIFIED, (last.isEmpty() ? "" : last + "; ") + e.getMessage());
    }
}
