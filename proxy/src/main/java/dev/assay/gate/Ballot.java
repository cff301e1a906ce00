package dev.assay.gate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What several repositories say to one question, and what enough of them say. A repository that failed has said nothing yet: where
 * it could still change the answer, the ballot is open.
 */
final class Ballot<V> {
    private final Map<V, Integer> votes = new LinkedHashMap<>();

    void vote(V value) {
        votes.merge(value, 1, Integer::sum);
    }

    /** Everything that somebody said, in the order in which it was first said. */
    List<V> said() {
        return List.copyOf(votes.keySet());
    }

    /** How many say this. */
    int votes(V value) {
        return votes.getOrDefault(value, 0);
    }

    /** What at least {@code threshold} of them say, in that order. */
    List<V> agreed(int threshold) {
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() >= threshold)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether {@code failing} more votes could change what is agreed. */
    boolean isOpen(int threshold, int failing) {
        return failing >= threshold
                || votes.values().stream().anyMatch(count -> count < threshold && count + failing >= threshold);
    }
}
