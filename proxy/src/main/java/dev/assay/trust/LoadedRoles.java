package dev.assay.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Signers;
import dev.assay.tuf.Snapshot;
import dev.assay.tuf.Targets;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Verified delegated roles in memory, for every view of one repository, bounded by the bytes of their files, which is more than their
 * targets take in memory.
 *
 * <p>Each role is kept for one delegator, together with what it was verified against. A view uses it only where that is still
 * what the view's own delegator and snapshot say, so a role needs no hand-over from view to view: unchanged ones go on being
 * used, others are as good as absent, and a load that began under an older snapshot can't do harm. Versions are kept apart, so that
 * those of a view to come can be loaded while readers use the present ones.
 */
final class LoadedRoles {
    /** A version of a role as one delegator names it. */
    record Edge(String delegator, String role, long version) {}

    /** A verified role with what it was verified against. */
    record Loaded(Targets targets, Signers signers, MetaFile entry, int bytes) {
        boolean verifiedAgainst(Signers delegated, MetaFile listed) {
            return entry.equals(listed) && signers.equals(delegated);
        }
    }

    private final Cache<Edge, Loaded> cache;
    private final LongAdder dropped = new LongAdder();

    LoadedRoles(long maxBytes) {
        this.cache = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((Edge edge, Loaded loaded) -> loaded.bytes())
                .evictionListener((edge, loaded, cause) -> dropped.increment())
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Loaded get(Edge edge) {
        return cache.getIfPresent(edge);
    }

    void put(Edge edge, Loaded loaded) {
        cache.put(edge, loaded);
    }

    Map<Edge, Loaded> all() {
        return cache.asMap();
    }

    /** How many did not fit. */
    long dropped() {
        return dropped.sum();
    }

    /** Forgets the versions that this snapshot does not name. */
    void keepOnly(Snapshot snapshot) {
        cache.asMap()
                .keySet()
                .removeIf(edge -> snapshot.entry(edge.role())
                        .filter(entry -> entry.version() == edge.version())
                        .isEmpty());
    }
}
