package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.simple.ProjectName;
import dev.assay.store.SignedPaths;
import dev.assay.store.StoreException;
import dev.assay.trust.Lookup;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repository whose signature is trusted, as the use cases ask it: look-ups that load missing delegated roles on the way,
 * and the memory of what it once signed. Thread-safe.
 */
public final class SigningRepository {
    private static final Logger log = LoggerFactory.getLogger(SigningRepository.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Layout layout;
    private final Updater updater;
    private final Refresher refresher;
    private final SignedPaths signedPaths;
    private final InstantSource clock;
    private final SharedWork<String> loads;
    private final Confirmations confirmations;
    private final Grace grace;

    /**
     * What follows.
     *
     * @param maxUnconfirmed how long ago a signer that follows an index may have seen a page there
     */
    public SigningRepository(
            Layout layout,
            Duration maxUnconfirmed,
            Grace grace,
            Updater updater,
            Refresher refresher,
            SignedPaths signedPaths,
            FetchWorkers workers,
            InstantSource clock) {
        this.layout = layout;
        this.grace = grace;
        this.updater = updater;
        this.refresher = refresher;
        this.signedPaths = signedPaths;
        this.clock = clock;
        this.loads = new SharedWork<>(workers);
        this.confirmations = new Confirmations(layout, maxUnconfirmed);
    }

    Layout layout() {
        return layout;
    }

    /** Whether page targets lie under hash-prefixed names now. */
    boolean prefixed() {
        return layout.prefixed() && updater.view().consistentSnapshot();
    }

    /** What is signed for this path; NotFound when nothing is, Revoked when something was. It may stand by grace alone. */
    Outcome<TargetFile> find(TargetPath path, Instant deadline) {
        return find(path, deadline, false);
    }

    /**
     * The same.
     *
     * @param absenceCounts whether that nothing is signed is an answer in grace too
     */
    private Outcome<TargetFile> find(TargetPath path, Instant deadline, boolean absenceCounts) {
        Instant now = clock.instant();
        boolean tried = refresher.triedOnce(); // before the view, which then is what it came to
        TrustedView view = updater.view();
        try {
            Lookup lookup = view.find(path, now);
            if (lookup instanceof Lookup.Signed signed) {
                refresher.hot().used(signed.file());
                return new Outcome.Found<>(signed.file());
            }
            return lookup instanceof Lookup.NotLoaded missing
                    ? loads.ask(
                            missing.role(),
                            "signed metadata of role " + missing.role(),
                            deadline,
                            () -> loadNow(view, path))
                    : notSigned(path);
        } catch (InvalidMetadataException e) {
            // in a search, a mismatch is an entry without a supported hash: nothing is wrong with the metadata
            return e.reason() == InvalidMetadataException.Reason.MISMATCH
                    ? Outcome.refused(Outcome.Reason.NO_SUPPORTED_HASH, String.valueOf(e.getMessage()))
                    : cannotVouch(
                            e,
                            tried,
                            now,
                            deadline,
                            why -> grace.judgedAt(e, now)
                                    .map(late -> inGrace(view, path, late, why, deadline, absenceCounts))
                                    .orElseGet(() -> Outcome.refused(Outcome.Reason.UNVERIFIED, why)));
        }
    }

    /** The target if it is signed and every role on the way is in memory and current; for the event loop: no I/O, no waiting. */
    Optional<TargetFile> findInMemory(TargetPath path) {
        try {
            if (!(updater.view().find(path, clock.instant()) instanceof Lookup.Signed signed)) {
                return Optional.empty();
            }
            refresher.hot().used(signed.file());
            return Optional.of(signed.file());
        } catch (InvalidMetadataException e) {
            return Optional.empty();
        }
    }

    /** The project when its page was seen at the index lately enough, or this signer follows none; else UNCONFIRMED. */
    Outcome<ProjectName> confirmed(ProjectName project, Instant deadline) {
        return confirmations.require(project, updater.view(), clock.instant(), path -> find(path, deadline, true));
    }

    /** Whether {@link #confirmed} is known to find it; for the event loop. */
    boolean isConfirmedInMemory(ProjectName project) {
        return confirmations.inMemory(project, updater.view(), clock.instant());
    }

    /**
     * Remembers that this path was signed, so that its end shows as a revocation. It only chooses between two refusals, so a disk
     * that can't take it keeps nobody from what is verified.
     */
    void remember(String path, Digest digest) {
        try {
            signedPaths.record(path, digest, clock.instant());
        } catch (StoreException e) {
            log.warn("signed path not remembered path={} reason={}", path, e.getMessage());
        }
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

    /** What is signed in a view that has expired, and not for long. */
    private Outcome<TargetFile> inGrace(
            TrustedView view, TargetPath path, Instant late, String why, Instant deadline, boolean absenceCounts) {
        try {
            Lookup lookup = view.find(path, late);
            if (lookup instanceof Lookup.Signed signed) {
                grace.used(view, why);
                return new Outcome.Found<>(signed.file(), Optional.of(why));
            }
            if (lookup instanceof Lookup.NotLoaded missing) {
                return loads.ask(
                        missing.role(),
                        "signed metadata of role " + missing.role(),
                        deadline,
                        () -> loadNow(view, path));
            }
            if (absenceCounts) {
                return notSigned(path);
            }
        } catch (InvalidMetadataException e) {
            log.debug("no grace path={} reason={} message={}", path, e.reason(), e.getMessage());
        }
        return Outcome.refused(Outcome.Reason.UNVERIFIED, why);
    }

    private Optional<Outcome<TargetFile>> loadNow(TrustedView view, TargetPath path) {
        Instant now = clock.instant();
        try {
            updater.load(path, now);
            return Optional.empty();
        } catch (InvalidMetadataException e) {
            refresher.nudge();
            return isRecalledInGrace(view, path, now)
                    ? Optional.empty()
                    : Optional.of(Outcome.refused(Outcome.Reason.UNVERIFIED, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return isRecalledInGrace(view, path, now)
                    ? Optional.empty()
                    : Optional.of(Outcome.unavailable(
                            Outcome.Reason.UPSTREAM, "signed metadata can't be fetched: " + e.getMessage(), RETRY));
        }
    }

    /** Whether the roles that the path needs are in memory now, some of them expired and not for long; none is fetched. */
    private boolean isRecalledInGrace(TrustedView view, TargetPath path, Instant now) {
        Optional<Instant> late = grace.judgedAt(now);
        try {
            if (late.isPresent()) {
                var unused = updater.recall(view, path, late.get());
            }
            return late.isPresent();
        } catch (InvalidMetadataException | IOException e) {
            log.debug("no grace path={} message={}", path, e.getMessage());
            return false;
        }
    }

    /** Before the first refresh has ended nothing is wrong yet: wait for it. Later, ask for a refresh and say what is wrong. */
    private Outcome<TargetFile> cannotVouch(
            InvalidMetadataException e,
            boolean tried,
            Instant now,
            Instant deadline,
            Function<String, Outcome<TargetFile>> then) {
        if (!tried && now.isBefore(deadline)) {
            return refresher.firstTry(deadline);
        }
        refresher.nudge();
        String last = refresher.lastFailure();
        return then.apply((last.isEmpty() ? "" : last + "; ") + e.getMessage());
    }
}
