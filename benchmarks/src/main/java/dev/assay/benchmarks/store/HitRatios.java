package dev.assay.benchmarks.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.benchmarks.store.Trace.Wanted;
import dev.assay.store.Blob;
import dev.assay.store.StagedBlob;
import dev.assay.store.Store;
import dev.assay.store.StoreOptions;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Replays a {@link Trace} against the store itself, on a disk that holds a part of what is asked for, and against plain LRU and
 * W-TinyLFU (Caffeine) of the same size. Prints what share of requests and of bytes each had; exits 1 where the store had less than LRU.
 */
final class HitRatios {
    private static final long MIB = 1 << 20;

    private final List<Wanted> trace;
    private final long capacity;

    private HitRatios(List<Wanted> trace, long capacity) {
        this.trace = trace;
        this.capacity = capacity;
    }

    /** Arguments: an empty folder on the disk, how many files, how many requests, a seed, percents of all bytes that fit. */
    public static void main(String[] args) {
        List<Wanted> trace = Trace.of(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Long.parseLong(args[3]));
        Set<Wanted> files = new HashSet<>(trace);
        long all = files.stream().mapToLong(Wanted::bytes).sum();
        System.out.printf(
                Locale.ROOT,
                "%,d requests for %,d files of %,d MiB in all, seed %s.%n%n",
                trace.size(),
                files.size(),
                all / MIB,
                args[3]);
        System.out.println(
                "| percent of all bytes that the disk holds | policy | percent of requests that hit | of bytes |");
        System.out.println("|---|---|---|---|");
        boolean better = true;
        for (String percent : List.of(args).subList(4, args.length)) {
            HitRatios ratios = new HitRatios(trace, all * Integer.parseInt(percent) / 100);
            better &= ratios.compare(percent, Path.of(args[0], percent));
        }
        System.exit(better ? 0 : 1);
    }

    private boolean compare(String percent, Path folder) {
        Hits lru = replay(leastRecentlyUsed());
        Hits stored;
        StoreOptions options =
                new StoreOptions(folder, 32 * MIB, capacity, capacity, 0, 0, 512, StoreOptions.VerifyOnRead.OFF);
        try (Store store = Store.open(options)) {
            stored = replay(wanted -> askedOf(store, wanted));
        }
        print(percent, "LRU", lru);
        print(percent, "Assay's store", stored);
        print(percent, "W-TinyLFU", replay(windowTinyLfu()));
        Set<Wanted> seen = new HashSet<>();
        print(percent, "no bound", replay(wanted -> !seen.add(wanted)));
        return stored.requests() > lru.requests() && stored.bytes() > lru.bytes();
    }

    /** Shares of the trace, from 0 to 1. */
    private record Hits(double requests, double bytes) {}

    private static void print(String percent, String policy, Hits hits) {
        System.out.printf(
                Locale.ROOT, "| %s | %s | %.1f | %.1f |%n", percent, policy, 100 * hits.requests(), 100 * hits.bytes());
    }

    /** @param asked whether the file was there; it is there from then on, until others need the room */
    private Hits replay(Predicate<Wanted> asked) {
        long hits = 0;
        long hitBytes = 0;
        for (Wanted wanted : trace) {
            if (asked.test(wanted)) {
                hits++;
                hitBytes += wanted.bytes();
            }
        }
        return new Hits(
                hits / (double) trace.size(),
                hitBytes / (double) trace.stream().mapToLong(Wanted::bytes).sum());
    }

    private static boolean askedOf(Store store, Wanted wanted) {
        Optional<Blob> stored = store.blobs().open(wanted.digest());
        if (stored.isPresent()) {
            stored.get().close();
            return true;
        }
        StagedBlob staged = store.blobs().stage(wanted.bytes());
        try {
            Trace.pieces(wanted.number(), wanted.bytes(), (piece, length) -> staged.append(piece, 0, length));
            staged.commit(List.of(wanted.digest()));
        } finally {
            staged.release();
        }
        return false;
    }

    private Predicate<Wanted> leastRecentlyUsed() {
        LinkedHashMap<Wanted, Boolean> kept = new LinkedHashMap<>(16, 0.75f, true);
        long[] used = {0};
        return wanted -> {
            if (kept.get(wanted) != null) {
                return true;
            }
            kept.put(wanted, true);
            used[0] += wanted.bytes();
            Iterator<Wanted> oldest = kept.keySet().iterator();
            while (used[0] > capacity) {
                used[0] -= oldest.next().bytes();
                oldest.remove();
            }
            return false;
        };
    }

    private Predicate<Wanted> windowTinyLfu() {
        int unit = 1 << 10;
        Cache<Wanted, Boolean> kept = Caffeine.newBuilder()
                .maximumWeight(capacity / unit)
                .weigher((Wanted file, Boolean there) -> (int) (file.bytes() / unit) + 1)
                .executor(Runnable::run)
                .build();
        return wanted -> {
            boolean there = kept.getIfPresent(wanted) != null;
            if (!there) {
                kept.put(wanted, true);
            }
            return there;
        };
    }
}
