package dev.assay.gate;

import dev.assay.observe.AuditLog;
import dev.assay.trust.TrustedView;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.InvalidMetadataException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long what is verified and stored is handed over after the metadata that vouches for it has expired, because an operator said so.
 * Within the grace expiry alone is forgiven: it is judged at an earlier moment, and signatures, versions and digests are what they
 * were. Nothing is fetched under it, and that something is not signed is not concluded from it. Thread-safe.
 */
public final class Grace {
    private static final Logger log = LoggerFactory.getLogger(Grace.class);

    private final String repository;
    private final Duration length;
    private final AuditLog audit;
    /** What was told already. */
    private volatile Optional<TrustedView> told = Optional.empty();

    /**
     * The grace of one repository.
     *
     * @param length zero for none
     */
    public Grace(String repository, Duration length, AuditLog audit) {
        this.repository = repository;
        this.length = length;
        this.audit = audit;
    }

    /** At which moment expiry is judged instead of now; empty when nothing but a new signature helps. */
    Optional<Instant> judgedAt(InvalidMetadataException refusal, Instant now) {
        return judgedAt(now).filter(late -> refusal.reason() == Reason.EXPIRED);
    }

    /** The same before anything is refused; empty where there is no grace. */
    Optional<Instant> judgedAt(Instant now) {
        return length.isZero() ? Optional.empty() : Optional.of(now.minus(length));
    }

    /** Why the whole view stands by grace alone; empty when it stands without, or not at all. */
    public Optional<String> over(TrustedView view, Instant now) {
        try {
            view.requireCurrent(now);
            return Optional.empty();
        } catch (InvalidMetadataException e) {
            return judgedAt(e, now).filter(late -> isCurrent(view, late)).map(late -> String.valueOf(e.getMessage()));
        }
    }

    static boolean isCurrent(TrustedView view, Instant now) {
        try {
            view.requireCurrent(now);
            return true;
        } catch (InvalidMetadataException e) {
            return false;
        }
    }

    /** Something is handed over under it: told once for each view that has outlived itself. */
    void used(TrustedView view, String why) {
        if (told.filter(view::equals).isPresent()) {
            return;
        }
        told = Optional.of(view);
        log.warn("stored content is served though its metadata has expired repository={} detail={}", repository, why);
        audit.record("grace", "repository", repository, "detail", why);
    }
}
