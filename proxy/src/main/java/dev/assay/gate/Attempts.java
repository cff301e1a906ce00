package dev.assay.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The attempts at a file whose bytes may still be handed over. Guarded by the monitor of their {@link VerifiedDownload}. */
final class Attempts {
    private final long tailBytes;
    private final List<Attempt> attempts = new ArrayList<>();

    /** @param tailBytes so many last bytes are withheld until all are verified */
    Attempts(long tailBytes) {
        this.tailBytes = tailBytes;
    }

    void add(Attempt attempt) {
        attempts.add(attempt);
    }

    void remove(Attempt attempt) {
        attempts.remove(attempt);
    }

    boolean contains(Attempt attempt) {
        return attempts.contains(attempt);
    }

    boolean isEmpty() {
        return attempts.isEmpty();
    }

    /** Whether no byte has come. */
    boolean areFruitless() {
        return attempts.stream().allMatch(each -> each.size() == 0);
    }

    boolean anyRead() {
        return attempts.stream().anyMatch(each -> each.readers > 0);
    }

    boolean anyStreams() {
        return attempts.stream().anyMatch(Attempt::streams);
    }

    /** Those that nobody reads and that did not verify. */
    List<Attempt> unread() {
        return attempts.stream()
                .filter(each -> !each.verified && each.readers == 0)
                .toList();
    }

    /** The one that is furthest of those whose bytes may be handed over before they are verified. */
    Optional<Attempt> flowing(boolean streamIsFree) {
        return furthest(each -> each.mayFlow() && each.isOpen() && (each.streams() ? streamIsFree : each.size() > 0));
    }

    /** The one that is furthest of those with which an answer of this length may begin now. */
    Optional<Attempt> ready(long length) {
        return furthest(each -> each.isOpen() && isOf(length, each) && handable(each, length) > 0);
    }

    private Optional<Attempt> furthest(Predicate<Attempt> which) {
        return attempts.stream().filter(which).max(Comparator.comparing(Attempt::size));
    }

    /** Whether there are some, and each is of another length. */
    boolean allDiffer(long length) {
        return !attempts.isEmpty() && attempts.stream().noneMatch(each -> isOf(length, each));
    }

    private static boolean isOf(long length, Attempt attempt) {
        return attempt.length().orElse(-1) == length;
    }

    /** How far its bytes may be handed over: all of it once it is verified; before that, all but the tail, if it may flow at all. */
    long handable(Attempt attempt, long length) {
        if (attempt.verified) {
            return length;
        }
        return attempt.mayFlow() ? Math.max(0, Math.min(attempt.staged().size(), length - tailBytes)) : 0;
    }
}
