package dev.assay.store;

import dev.assay.crypto.HashAlgorithm;
import dev.assay.store.StoreException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Keeps the bytes on disk below their bound, by forgetting what is asked for least. Digests are random, so a few records that follow a
 * random digest are a fair sample; the one whose blob was asked for least often lately goes, the older one of two. That needs a fixed bit of
 * memory whatever the store holds, and on traces shaped like package downloads it comes close to W-TinyLFU, which has to know every blob: see
 * {@code EvictionTraceTest}. Having it fetched and stored counts as asking once, also after it was forgotten.
 *
 * <p>A blob with a file of its own gives its space back at once, a small one once a quarter of its group is gone: what is left there is
 * then written anew, three bytes at most for each that is freed. Thread-safe.
 */
final class Eviction {
    static final int SAMPLE = 16;
    static final int SKETCH_WORDS = 1 << 16;
    /** Room is made before it is needed until so much is free, or such a part of the bound. */
    private static final long AHEAD_MOST = 256 << 20;

    private static final int AHEAD_PART = 64;
    /** A transfer that finds no room within this time is told so. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DiskBlobStore store;
    private final BlobRecords records;
    private final Path folder;
    private final long maxBytes;
    private final long reserveBytes;
    private final StagingBudget budget;
    private final RandomGenerator random;
    private final Duration patience;
    private final ReentrantLock reserving = new ReentrantLock();
    private final FrequencySketch sketch = new FrequencySketch(SKETCH_WORDS);
    private final AtomicLong evicted = new AtomicLong();
    private final long ahead;
    private final AtomicBoolean makingAhead = new AtomicBoolean();

    Eviction(
            DiskBlobStore store,
            BlobRecords records,
            StoreOptions options,
            StagingBudget budget,
            RandomGenerator random,
            Duration patience) {
        this.store = store;
        this.budget = budget;
        this.patience = patience;
        this.records = records;
        this.folder = options.folder();
        this.maxBytes = options.maxBytes();
        this.ahead = Math.min(AHEAD_MOST, maxBytes / AHEAD_PART);
        this.reserveBytes = options.reserveBytes();
        this.random = random;
    }

    /** Counts that a blob was asked for, or stored since somebody had asked. */
    void asked(BlobInfo info) {
        sketch.count(hash(info), store.blobs());
    }

    /** How often a blob was asked for lately; at most {@link FrequencySketch#MOST}. */
    int frequency(BlobInfo info) {
        return sketch.frequency(hash(info));
    }

    static long hash(BlobInfo info) {
        return info.digests().get(0).view().getLong();
    }

    long evicted() {
        return evicted.get();
    }

    /** Takes room for so many staged bytes, from other blobs if need be; or throws with kind FULL, within the patience. */
    void reserve(long bytes) {
        long end = System.nanoTime() + patience.toNanos();
        if (!isMyTurn()) {
            throw new StoreException(
                    Kind.FULL, "no room for " + bytes + " bytes within " + patience + ": it is being made");
        }
        try {
            budget.check(bytes);
            if (!makesRoom(bytes, end)) {
                throw new StoreException(
                        Kind.FULL,
                        "no room for " + bytes + " bytes in " + folder + ": " + store.bytes()
                                + " bytes are stored (expected:"
                                + " at most " + maxBytes + "), " + Faults.usableBytes(folder) + " are free, of which "
                                + reserveBytes + " stay free");
            }
            budget.reserve(bytes);
        } finally {
            reserving.unlock();
        }
    }

    private boolean isMyTurn() {
        try {
            return reserving.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether {@link #makeRoomAhead} is to be called, by whoever is told so. */
    boolean isRoomShort() {
        return !hasRoom(ahead) && makingAhead.compareAndSet(false, true);
    }

    /** Makes some room before anybody needs it, so that no transfer waits for that; it may come too late. */
    void makeRoomAhead() {
        try {
            var unused = makesRoom(ahead, System.nanoTime() + patience.toNanos());
        } finally {
            makingAhead.set(false);
        }
    }

    private boolean makesRoom(long bytes, long end) {
        long gone = 0;
        while (!hasRoom(bytes)) {
            // Holes are a quarter at most: when so much has gone and there is no room, it is because somebody reads it.
            boolean worthwhile = gone <= bytes + maxBytes / 2 && System.nanoTime() - end < 0 && couldHaveRoom(bytes);
            Optional<BlobInfo> victim = worthwhile ? victim() : Optional.empty();
            if (victim.isPresent()) {
                store.evict(victim.get());
                gone += victim.get().length();
                evicted.incrementAndGet();
            } else if (!worthwhile || !store.groupYoung()) {
                return false;
            }
        }
        return true;
    }

    private boolean hasRoom(long bytes) {
        return store.bytes() <= maxBytes - bytes && Faults.usableBytes(folder) - reserveBytes >= bytes;
    }

    /** Whether to forget everything would be enough; if not, nothing is forgotten. */
    private boolean couldHaveRoom(long bytes) {
        return Faults.usableBytes(folder) - reserveBytes >= bytes - store.bytes();
    }

    private Optional<BlobInfo> victim() {
        List<BlobInfo> candidates = new ArrayList<>();
        for (HashAlgorithm algorithm : HashAlgorithm.values()) {
            byte[] from = new byte[algorithm.length()];
            random.nextBytes(from);
            candidates.addAll(records.sample(algorithm, from, SAMPLE));
        }
        return least(candidates.stream().filter(store::isEvictable), this::frequency);
    }

    /** The one asked for least often; of several, the oldest. */
    static Optional<BlobInfo> least(Stream<BlobInfo> sample, ToIntFunction<BlobInfo> frequency) {
        return sample.min(Comparator.comparingInt(frequency).thenComparingLong(info -> Layout.age(info.id())));
    }
}
