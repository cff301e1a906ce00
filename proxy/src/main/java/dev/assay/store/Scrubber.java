package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hashes every blob again, one after the other and over and over, at a bounded rate, and forgets what is not what was stored, and
 * tells who may fetch it again. Runs in small steps on the hashing thread, which alone touches its fields.
 */
final class Scrubber {
    private static final int STEP = 1 << 20;
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final DiskBlobStore store;
    private final Keeper keeper;
    private final long bytesPerSecond;
    private final ByteBuffer buffer = ByteBuffer.allocate(STEP);
    private final AtomicLong hashed = new AtomicLong();
    private final AtomicLong rotten = new AtomicLong();

    private volatile Consumer<List<Digest>> told = rotten -> {};
    private @Nullable Digest last;
    private @Nullable StoredBlob blob;
    private long position;
    private Hasher hasher = new Hasher(List.of());

    Scrubber(DiskBlobStore store, Keeper keeper, long bytesPerSecond) {
        this.store = store;
        this.keeper = keeper;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Begins, unless the rate is 0. */
    void start() {
        if (bytesPerSecond > 0) {
            keeper.hash(this::run, Duration.ofSeconds(1));
        }
    }

    void onRotten(Consumer<List<Digest>> listener) {
        told = listener;
    }

    long hashedBytes() {
        return hashed.get();
    }

    long rotten() {
        return rotten.get();
    }

    private void run() {
        Duration pause = PAUSE;
        try {
            long count = step();
            pause = count < 0 ? PAUSE : Duration.ofNanos(count * 1_000_000_000L / bytesPerSecond);
        } finally {
            keeper.hash(this::run, pause);
        }
    }

    /** Hashes a little; returns how many bytes, -1 at the end of a round. */
    long step() {
        StoredBlob current = blob;
        if (current == null) {
            return next() ? 0 : -1;
        }
        try {
            int count = current.read(position, buffer.clear());
            hasher.update(buffer.array(), 0, count);
            position += count;
            hashed.addAndGet(count);
            if (position == current.length()) {
                end(current, hasher.finish().equals(current.digests()));
            }
            return count;
        } catch (StoreException e) {
            end(current, e.kind() != Kind.DAMAGED);
            return STEP;
        }
    }

    private boolean next() {
        List<Digest> found = store.list(last, 1);
        last = found.isEmpty() ? null : found.get(0);
        if (last == null) {
            return false;
        }
        Optional<StoredBlob> opened = store.openUncounted(last);
        blob = opened.orElse(null);
        position = 0;
        hasher = new Hasher(opened.map(Blob::digests).orElse(List.of()).stream()
                .map(Digest::algorithm)
                .toList());
        return true;
    }

    private void end(StoredBlob current, boolean intact) {
        blob = null;
        try (current) {
            if (!intact) {
                rotten.incrementAndGet();
                current.forgetDamaged();
                told.accept(current.digests());
            }
        }
    }
}
