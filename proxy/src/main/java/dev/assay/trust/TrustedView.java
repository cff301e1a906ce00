package dev.assay.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.trust.LoadedRoles.Edge;
import dev.assay.trust.LoadedRoles.Loaded;
import dev.assay.tuf.Delegations.Delegate;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Metadata;
import dev.assay.tuf.Snapshot;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.TrustedSet;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A verified set of metadata as readers see it. Thread-safe, no I/O. What it says of a path never changes; which delegated
 * roles are in memory does: {@link Lookup.NotLoaded} becomes an answer after {@link Updater#load}, and can come back when
 * memory is short. Readers take {@link Updater#view} anew for every question.
 */
public final class TrustedView {
    private static final int MAX_FOUND = 4096;

    /** Version and expiry of one role; {@code expires} is checked at every use, so an entry here may be expired. */
    public record RoleState(String role, long version, Instant expires) {}

    /** How far a search came: an answer, or the delegated role that it needs next. */
    sealed interface Search {}

    /** Holds until the first of the roles that it relies on expires. */
    record Answer(Lookup lookup, Instant until) implements Search {}

    record Needs(Edge edge, Delegate delegate, MetaFile entry) implements Search {}

    private record Step(String delegator, Delegate delegate) {}

    private final TrustedSet set;
    private final LoadedRoles loaded;
    private final int maxDelegations;
    /** What was found of the paths asked for most: it can't change, as the set can't. */
    private final Cache<TargetPath, Answer> found =
            Caffeine.newBuilder().maximumSize(MAX_FOUND).executor(Runnable::run).build();

    TrustedView(TrustedSet set, LoadedRoles loaded, int maxDelegations) {
        this.set = set;
        this.loaded = loaded;
        this.maxDelegations = maxDelegations;
    }

    /**
     * Pre-order depth-first search (TUF 5.6.7).
     *
     * @throws InvalidMetadataException with reason EXPIRED when timestamp, snapshot, targets or a role on the way has expired,
     *     MISSING when nothing was ever refreshed or snapshot does not list a role on the way, MISMATCH when the path's entry has
     *     no supported hash, TOO_MANY_ROLES when the search is not over at its bound
     */
    public Lookup find(TargetPath path, Instant now) throws InvalidMetadataException {
        Answer known = found.getIfPresent(path);
        if (known != null && now.isBefore(known.until())) {
            return known.lookup();
        }
        Search search = search(path, now, loaded::get);
        if (search instanceof Needs needs) {
            return new Lookup.NotLoaded(needs.edge().role());
        }
        Answer answer = (Answer) search;
        found.put(path, answer);
        return answer.lookup();
    }

    /** As {@link #find}, with the loaded roles that {@code memory} has; stale ones are passed over here. */
    Search search(TargetPath path, Instant now, Function<Edge, @Nullable Loaded> memory)
            throws InvalidMetadataException {
        requireCurrent(now);
        Snapshot snapshot = set.snapshot().orElseThrow();
        Targets targets = set.targets().orElseThrow();
        Instant until =
                earlier(set.timestamp().orElseThrow().expires(), earlier(snapshot.expires(), targets.expires()));
        String role = "targets";
        Deque<Step> ahead = new ArrayDeque<>();
        Set<String> visited = new HashSet<>();
        while (true) {
            Optional<TargetFile> file = targets.target(path, role);
            if (file.isPresent()) {
                return new Answer(new Lookup.Signed(file.get()), until);
            }
            descend(role, targets, path, ahead);
            Step next = unvisited(ahead, visited);
            if (next == null) {
                return new Answer(new Lookup.NotSigned(), until);
            }
            role = next.delegate().role();
            MetaFile entry = TrustedSet.entry(snapshot, role);
            Edge edge = new Edge(next.delegator(), role, entry.version());
            Loaded found = memory.apply(edge);
            if (found == null || !found.verifiedAgainst(next.delegate().signers(), entry)) {
                return new Needs(edge, next.delegate(), entry);
            }
            targets = found.targets();
            TrustedSet.requireCurrent(role, targets, now);
            until = earlier(until, targets.expires());
        }
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** Puts the delegations for the path in front; a terminating one closes everything that was ahead before. */
    private static void descend(String role, Targets targets, TargetPath path, Deque<Step> ahead) {
        List<Delegate> delegates =
                targets.delegations().map(each -> each.matching(path)).orElse(List.of());
        if (!delegates.isEmpty() && delegates.get(delegates.size() - 1).terminating()) {
            ahead.clear();
        }
        for (int i = delegates.size() - 1; i >= 0; i--) {
            ahead.push(new Step(role, delegates.get(i)));
        }
    }

    private @Nullable Step unvisited(Deque<Step> ahead, Set<String> visited) throws InvalidMetadataException {
        Step next = ahead.poll();
        while (next != null && !visited.add(next.delegate().role())) {
            next = ahead.poll();
        }
        if (visited.size() > maxDelegations) {
            throw new InvalidMetadataException(
                    Reason.TOO_MANY_ROLES,
                    "targets",
                    "the search leads through more than " + maxDelegations + " delegated roles");
        }
        return next;
    }

    /** The top-level metadata; it may have expired. */
    public TrustedSet metadata() {
        return set;
    }

    /** What snapshot says of a targets role; empty when it does not list it, or there is no snapshot yet. */
    public Optional<MetaFile> entry(String role) {
        return set.snapshot().flatMap(snapshot -> snapshot.entry(role));
    }

    /** Whether versioned file names and hash-prefixed target names are in use (TUF 6.2). */
    public boolean consistentSnapshot() {
        return set.root().consistentSnapshot();
    }

    /** root, timestamp, snapshot, targets as far as they are trusted; then the loaded delegated roles. */
    public List<RoleState> roles() {
        List<RoleState> states = new ArrayList<>();
        states.add(state("root", set.root()));
        set.timestamp().ifPresent(timestamp -> states.add(state("timestamp", timestamp)));
        set.snapshot().ifPresent(snapshot -> {
            states.add(state("snapshot", snapshot));
            set.targets().ifPresent(targets -> states.add(state("targets", targets)));
            loaded.all().forEach((edge, role) -> {
                if (snapshot.entry(edge.role()).filter(role.entry()::equals).isPresent()) {
                    states.add(state(edge.role(), role.targets()));
                }
            });
        });
        return states;
    }

    private static RoleState state(String role, Metadata metadata) {
        return new RoleState(role, metadata.version(), metadata.expires());
    }

    /** Throws with reason EXPIRED or MISSING when the top-level roles can't vouch for anything at {@code now}. */
    public void requireCurrent(Instant now) throws InvalidMetadataException {
        set.requireCurrent(now);
    }
}
