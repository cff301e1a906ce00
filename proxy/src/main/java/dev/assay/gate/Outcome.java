package dev.assay.gate;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What became of a question to the gate. */
public sealed interface Outcome<T> {
    /**
     * Verified.
     *
     * @param grace why it stands by {@link Grace} alone, so that only what is stored may follow from it; empty when it stands by itself
     */
    record Found<T>(T value, Optional<String> grace) implements Outcome<T> {
        public Found(T value) {
            this(value, Optional.empty());
        }
    }

    /** Not known yet: ask again when the runnable given to {@code subscribe} runs. It runs once or more, at the deadline at the latest. */
    record Waiting<T>(Consumer<Runnable> subscribe) implements Outcome<T> {}

    /**
     * Not handed over.
     *
     * @param detail the cause for a person to read: one line, no secrets; may hold text from outside
     * @param retryAfter when asking again may help; zero for a verdict
     */
    record Withheld<T>(Reason reason, String detail, Duration retryAfter) implements Outcome<T> {}

    /** Why something is not handed over; the label is the metric's and the audit event's. */
    enum Reason {
        /** The signed metadata says that there is no such project. */
        NOT_FOUND("not-found"),
        /** It was signed once and is no longer. */
        REVOKED("revoked"),
        /** The signed metadata does not list the file. */
        NOT_SIGNED("not-signed"),
        /** What is signed has no hash that is supported. */
        NO_SUPPORTED_HASH("no-supported-hash"),
        /** The signed page puts the project in quarantine. */
        QUARANTINED("quarantined"),
        /** A signed page and a signed target, or several repositories, contradict each other. */
        SIGNATURES_DISAGREE("signatures-disagree"),
        /** Mirrors served other bytes than signed, and none the right ones. */
        WRONG_BYTES("wrong-bytes"),
        /** Upstreams have another page than the signed one, stale or forged, and none has the signed one. */
        OTHER_PAGE("other-page"),
        /** The signed page can't be read. */
        MALFORMED_PAGE("malformed-page"),
        /** The metadata can't vouch for anything now: expired, frozen, rolled back or never had. */
        UNVERIFIED("unverified"),
        /** The signer follows an index and has not seen the page there lately: the index is frozen or cut off. */
        UNCONFIRMED("unconfirmed"),
        /** Nobody asked for the project before, and the signer takes no more projects. */
        NOT_TAKEN("not-taken"),
        /** Every upstream failed or lacks it. */
        UPSTREAM("upstream"),
        /** Every upstream was too slow. */
        TIMEOUT("timeout"),
        /** This proxy is busy, still verifying, or its disk is at fault. */
        LOCAL("local");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    /** A verdict: asking again soon won't help. */
    static <T> Outcome<T> refused(Reason reason, String detail) {
        return new Withheld<>(reason, detail, Duration.ZERO);
    }

    /** The bytes can't be had now. */
    static <T> Outcome<T> unavailable(Reason reason, String detail, Duration retryAfter) {
        return new Withheld<>(reason, detail, retryAfter);
    }

    /** Whether it is withheld for this reason. */
    default boolean is(Reason reason) {
        return this instanceof Withheld<T> withheld && withheld.reason() == reason;
    }

    /** The same, with the one who says so named in what is withheld. */
    default Outcome<T> saidBy(String who) {
        return this instanceof Withheld<T> withheld
                ? new Withheld<>(withheld.reason(), who + ": " + withheld.detail(), withheld.retryAfter())
                : this;
    }

    /** The same; what is found then stands by this grace, where there is one. */
    default Outcome<T> under(Optional<String> grace) {
        return grace.isPresent()
                        && this instanceof Found<T> found
                        && found.grace().isEmpty()
                ? new Found<>(found.value(), grace)
                : this;
    }

    /** Goes on with what was found; every other outcome passes through as it is. What follows from a grace stands by it too. */
    default <U> Outcome<U> then(Function<T, Outcome<U>> next) {
        if (this instanceof Found<T> found) {
            return next.apply(found.value()).under(found.grace());
        }
        @SuppressWarnings("unchecked") // only Found holds a T
        Outcome<U> same = (Outcome<U>) this;
        return same;
    }
}
