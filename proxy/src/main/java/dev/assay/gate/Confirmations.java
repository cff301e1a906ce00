package dev.assay.gate;

import dev.assay.encoding.JsonException;
import dev.assay.simple.Confirmed;
import dev.assay.simple.ProjectName;
import dev.assay.trust.TrustedView;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether the signer saw a page at the index lately, where it follows one: {@link Confirmed}, signed with the list of projects. Signing
 * anew does not advance that, so an index that is frozen or cut off shows, however current the signatures are. It is asked at every use
 * of a page, and read once a view. It is a statement about the past: no expiry can make it say more. Thread-safe.
 */
final class Confirmations {
    private final Optional<TargetPath> list;
    private final Duration limit;
    private volatile @Nullable Read last;

    /** What a view says: empty where the signer follows no index, and withheld where that can't be read. */
    private record Read(TrustedView view, Outcome<Optional<Confirmed>> said) {}

    /**
     * Of a repository with this layout; one that signs no list confirms nothing, and needs not.
     *
     * @param limit how long ago a page may have been seen
     */
    Confirmations(Layout layout, Duration limit) {
        this.list = layout.listPath();
        this.limit = limit;
    }

    /**
     * The project when its page was seen within the limit, or nobody says when; UNCONFIRMED when it was not.
     *
     * @param signed finds what is signed for a path in {@code view}, or in a newer one
     */
    Outcome<ProjectName> require(
            ProjectName project, TrustedView view, Instant now, Function<TargetPath, Outcome<TargetFile>> signed) {
        Read known = last;
        if (known != null && known.view() == view) {
            return known.said().then(said -> lately(project, said, now));
        }
        Outcome<Optional<Confirmed>> said = said(signed);
        if (said instanceof Outcome.Found<Optional<Confirmed>> || said.is(Outcome.Reason.UNCONFIRMED)) {
            last = new Read(view, said);
        }
        return said.then(confirmed -> lately(project, confirmed, now));
    }

    /** The same for the event loop: false when it is not known yet. */
    boolean inMemory(ProjectName project, TrustedView view, Instant now) {
        Read known = last;
        return known != null
                && known.view() == view
                && known.said().then(said -> lately(project, said, now)) instanceof Outcome.Found<ProjectName>;
    }

    private Outcome<Optional<Confirmed>> said(Function<TargetPath, Outcome<TargetFile>> signed) {
        Outcome<TargetFile> target = list.map(signed)
                .orElseGet(() -> Outcome.refused(Outcome.Reason.NOT_FOUND, "this layout has no list of projects"));
        return target.is(Outcome.Reason.NOT_FOUND) || target.is(Outcome.Reason.REVOKED)
                ? new Outcome.Found<>(Optional.empty())
                : target.then(Confirmations::read);
    }

    private static Outcome<Optional<Confirmed>> read(TargetFile list) {
        try {
            return new Outcome.Found<>(Confirmed.read(list.custom()));
        } catch (JsonException e) {
            return Outcome.refused(
                    Outcome.Reason.UNCONFIRMED, "when pages were last seen can't be read: " + e.getMessage());
        }
    }

    private Outcome<ProjectName> lately(ProjectName project, Optional<Confirmed> said, Instant now) {
        Instant seen = said.map(confirmed -> confirmed.of(project)).orElse(now);
        return seen.isBefore(now.minus(limit))
                ? Outcome.refused(
                        Outcome.Reason.UNCONFIRMED,
                        project + ": the signer last saw its page at the index at " + seen + " (expected: within "
                                + limit.toString().substring(2).toLowerCase(Locale.ROOT) + ")")
                : new Outcome.Found<>(project);
    }
}
