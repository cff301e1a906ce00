package dev.assay.gate;

import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.trust.TrustedView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators how the refreshes of one repository go, the same failure once. Used by its refresher's thread alone. */
final class RefreshReports {
    private static final Logger log = LoggerFactory.getLogger(RefreshReports.class);

    private final String repository;
    private final Metrics metrics;
    private final AuditLog audit;
    /** What failed last: the role and the reason, since messages hold the time; empty when nothing did. */
    private String failing = "";

    RefreshReports(String repository, Metrics metrics, AuditLog audit) {
        this.repository = repository;
        this.metrics = metrics;
        this.audit = audit;
    }

    /** The repository itself has delivered. */
    void works() {
        if (!failing.isEmpty()) {
            log.info("metadata refresh works again repository={}", repository);
        }
        failing = "";
    }

    /**
     * A place has delivered.
     *
     * @param result {@code ok}, or {@code mirror} where it was not the repository itself
     */
    void succeeded(TrustedView before, TrustedView after, String place, String result) {
        metrics.refresh(repository, result);
        if (before.metadata() != after.metadata()) {
            log.info("metadata refreshed repository={} roles={} from={}", repository, topLevel(after), place);
            audit.record("refreshed", "repository", repository, "roles", topLevel(after), "from", place);
        }
    }

    /** The repository itself has not delivered. */
    void failed(String role, String reason, String message) {
        metrics.refresh(repository, reason);
        String kind = role + " " + reason;
        if (!kind.equals(failing)) {
            log.warn("metadata refresh failed repository={} reason={} detail={}", repository, reason, message);
            audit.record("refresh-failed", "repository", repository, "reason", reason, "detail", message);
        }
        failing = kind;
    }

    /** A mirror's is not used. */
    void passedOver(String mirror, Exception why) {
        log.debug(
                "a mirror's metadata is not used repository={} mirror={} reason={}",
                repository,
                mirror,
                why.getMessage());
    }

    /** How many roles memory was too short for, before and now. */
    void dropped(long before, long now) {
        if (before == 0 && now > 0) {
            log.warn(
                    "memory is too short for the delegated roles in use, each is read and verified again when it is next needed"
                            + " repository={} dropped={} remedy=\"raise trust.max-loaded\"",
                    repository,
                    now);
        }
    }

    private static String topLevel(TrustedView view) {
        StringBuilder text = new StringBuilder();
        view.roles().stream()
                .limit(Refresher.TOP_LEVEL)
                .forEach(role -> text.append(text.isEmpty() ? "" : ",")
                        .append(role.role())
                        .append(':')
                        .append(role.version()));
        return text.toString();
    }
}
