package dev.assay.tuf;

/** Metadata or a target that breaks a rule of the TUF specification. The same bytes never become valid: do not retry them. */
public final class InvalidMetadataException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Which rule. */
    public enum Reason {
        /** Not JSON, not the right shape, a wrong {@code _type} or an unsupported {@code spec_version}. */
        MALFORMED,
        /** Fewer valid signatures by distinct keys than the delegator's threshold. */
        THRESHOLD,
        /** A version lower than one already trusted, or a role that vanished from snapshot. */
        ROLLBACK,
        /** A version other than the one that root N+1 or the snapshot entry asks for. */
        WRONG_VERSION,
        /** Length or hash differ from the signed ones. */
        MISMATCH,
        /** Larger than the cap for its role. */
        TOO_LARGE,
        /** {@code expires} is not after the time of the update or the use. */
        EXPIRED,
        /** A role that signed metadata names can't be had. */
        MISSING,
        /** The search for a target went past its bound on delegations. */
        TOO_MANY_ROLES,
        /** The clock is behind the last successful update: expiry can't be judged. */
        CLOCK
    }

    private static final int MAX_MESSAGE = 500;

    private final Reason reason;
    private final String role;

    /** What in {@code message} comes from outside may be anything: it is shortened, and everything but printable ASCII replaced. */
    public InvalidMetadataException(Reason reason, String role, String message) {
        super(message.substring(0, Math.min(message.length(), MAX_MESSAGE)).replaceAll("[^ -~]", "?"));
        this.reason = reason;
        this.role = role;
    }

    public Reason reason() {
        return reason;
    }

    /** The name of the role whose metadata it is. */
    public String role() {
        return role;
    }
}
