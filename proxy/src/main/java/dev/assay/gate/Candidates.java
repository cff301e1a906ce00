package dev.assay.gate;

import dev.assay.upstream.Health;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.UpstreamException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The mirrors that are still to be asked for one file, in order, and what became of those that were. Thread-safe. */
final class Candidates {
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final double LEAST_SAVED_SECONDS = 1;
    private static final double LEAST_SAVED = 0.25;

    private final SignedFile file;
    private final Deque<MirrorClient> left = new ArrayDeque<>();
    /** Those that were asked and have not failed. */
    private final Set<MirrorClient> inUse = new LinkedHashSet<>();

    private final List<String> troubles = new ArrayList<>();
    private boolean wrong;
    /** Whether some mirror might have the right bytes, if only it could be asked. */
    private boolean outOfReach;

    private boolean slow = true;

    Candidates(FileSources sources, SignedFile file) {
        this.file = file;
        List<MirrorClient> inOrder = sources.inOrder(file);
        for (MirrorClient mirror : file.mirrors()) {
            Optional<String> verdict = sources.verdict(mirror, file);
            if (verdict.isPresent()) {
                wrong(mirror, verdict.get());
            } else if (!inOrder.contains(mirror)) {
                outOfReach = true;
                slow = false;
                troubles.add(mirror.name() + ": left alone for a while: " + mirror.trouble());
            }
        }
        for (MirrorClient mirror : inOrder) {
            if (sources.verdict(mirror, file).isEmpty()) {
                left.add(mirror);
            }
        }
    }

    /** The one to ask now; it is no candidate any more. */
    synchronized Optional<MirrorClient> next() {
        Optional<MirrorClient> next = Optional.ofNullable(left.poll());
        next.ifPresent(inUse::add);
        return next;
    }

    /** One that another lane is asking, where nobody else is left to go on with bytes that are here. */
    synchronized Optional<MirrorClient> shared() {
        return inUse.stream().findFirst();
    }

    /** The one that will be asked first. */
    synchronized Optional<MirrorClient> first() {
        return Optional.ofNullable(left.peek());
    }

    synchronized boolean isEmpty() {
        return left.isEmpty();
    }

    /** One from which the rest is expected in less than half the time that it still takes, if there is one; no candidate any more. */
    synchronized Optional<MirrorClient> faster(long missing, Duration projected, Predicate<MirrorClient> goodStanding) {
        Duration worthIt = projected.minusSeconds(1).dividedBy(2);
        Optional<MirrorClient> found = left.stream()
                .filter(each -> goodStanding.test(each) && !each.figures().resting())
                .filter(each -> each.expected(missing).compareTo(worthIt) < 0)
                .findFirst();
        found.ifPresent(left::remove);
        found.ifPresent(inUse::add);
        return found;
    }

    /**
     * Somebody who can take the end of a file.
     *
     * @param share bytes of it, so that both are expected to be done at the same time
     */
    record Companion(MirrorClient mirror, long share) {}

    /**
     * One with which the rest is expected to come at least a second and a quarter of the time sooner than at {@code pace}, in bytes a second,
     * if there is one whose own pace was measured; no candidate any more.
     */
    synchronized Optional<Companion> companion(long missing, double pace, Predicate<MirrorClient> goodStanding) {
        for (MirrorClient each : left) {
            Health.Figures figures = each.figures();
            double together = missing / (pace + figures.bytesPerSecond()) + figures.latencySeconds();
            double saved = missing / pace - together;
            boolean worthIt =
                    figures.measured() && saved >= LEAST_SAVED_SECONDS && saved >= LEAST_SAVED * missing / pace;
            if (worthIt && !figures.resting() && goodStanding.test(each)) {
                left.remove(each);
                inUse.add(each);
                double share = figures.bytesPerSecond() / (pace + figures.bytesPerSecond());
                return Optional.of(new Companion(each, (long) (missing * share)));
            }
        }
        return Optional.empty();
    }

    /** It may be asked once more, when the others have been. */
    synchronized void again(MirrorClient mirror) {
        if (!left.contains(mirror)) {
            left.add(mirror);
        }
    }

    synchronized void wrong(MirrorClient mirror, String found) {
        wrong = true;
        inUse.remove(mirror);
        troubles.add(mirror.name() + ": " + found);
    }

    synchronized void failed(MirrorClient mirror, UpstreamException failure) {
        inUse.remove(mirror);
        outOfReach |= failure.kind() != UpstreamException.Kind.NOT_FOUND;
        slow &= failure.kind() == UpstreamException.Kind.TOO_SLOW;
        troubles.add(mirror.name() + ": " + failure.getMessage());
    }

    /** What went wrong so far, for people; empty when nothing did. */
    synchronized String troubles() {
        return String.join("; ", troubles);
    }

    /** Why nobody delivered: a verdict only where every mirror that has the file has served wrong bytes. */
    synchronized Outcome<FileAnswer> failure() {
        String detail = file.filename() + ": " + troubles();
        if (wrong && !outOfReach) {
            return Outcome.refused(Outcome.Reason.WRONG_BYTES, detail);
        }
        Outcome.Reason reason = slow && !wrong ? Outcome.Reason.TIMEOUT : Outcome.Reason.UPSTREAM;
        return Outcome.unavailable(reason, detail, RETRY);
    }
}
