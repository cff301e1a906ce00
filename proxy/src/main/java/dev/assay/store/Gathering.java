package dev.assay.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small blobs in memory that are to be written straight to one table file, and so once: when there are enough of them, or some time after
 * the first. When there are few by then, they become young rows, in one batch, so that a trickle does not make many files.
 *
 * <p>Bounded by the chunks that it holds: who finds no room stores his blob by himself, so that a slow disk slows down who fetches. Each
 * who adds one is told once, on the store's own thread, with no lock held. Thread-safe.
 */
final class Gathering implements AutoCloseable {
    /** So many chunks are enough for a file, or fewer where there is little memory. */
    static final int ENOUGH_CHUNKS = 16;

    private static final int MEMORY_PART = 16;
    /** Of fewer bytes a file is not worth it. */
    static final long LITTLE_BYTES = 4 << 20;

    static final Duration PATIENCE = Duration.ofMillis(500);
    private static final Logger log = LoggerFactory.getLogger(Gathering.class);

    /** @param done told when it is stored, or what it was that kept it from that */
    private record Gathered(SmallBlob blob, Consumer<Optional<Throwable>> done) {
        int chunks() {
            return blob.chunks().size();
        }
    }

    private final Commits commits;
    private final Keeper keeper;
    private final int enoughChunks;
    private final long enoughBytes;
    private final Duration patience;
    /** Held while blobs are written, one table file after the other. */
    private final Object writing = new Object();
    // Guarded by this.
    private List<Gathered> gathered = new ArrayList<>();
    /** Of those that are being written, too, until they are told. */
    private int chunks;
    /** Until they are stored. */
    private long bytes;

    private boolean closed;

    /**
     * Nothing is there yet.
     *
     * @param enoughChunks so many are enough for a file; as many more may come while they are written
     * @param enoughBytes so many are, too
     * @param patience how long the first waits for others
     */
    Gathering(Commits commits, Keeper keeper, int enoughChunks, long enoughBytes, Duration patience) {
        this.enoughChunks = enoughChunks;
        this.patience = patience;
        this.commits = commits;
        this.keeper = keeper;
        this.enoughBytes = enoughBytes;
    }

    /** How many chunks are enough where all direct buffers together may take so many bytes: an eighth of them is held at most. */
    static int enoughChunks(long memory) {
        return (int) Math.max(Layout.SMALL_CHUNKS, Math.min(ENOUGH_CHUNKS, memory / MEMORY_PART / Layout.CHUNK));
    }

    /** Takes a blob, whose bytes must stay as they are until {@code done} is told; false when there is no room for it. */
    boolean add(SmallBlob blob, Consumer<Optional<Throwable>> done) {
        List<Gathered> mine;
        boolean first;
        boolean enough;
        synchronized (this) {
            if (closed || chunks + blob.chunks().size() > 2 * enoughChunks) {
                return false;
            }
            first = gathered.isEmpty();
            gathered.add(new Gathered(blob, done));
            chunks += blob.chunks().size();
            bytes += blob.length();
            enough = isEnough(gathered);
            mine = gathered;
        }
        if (enough) {
            keeper.store(() -> flush(mine), Duration.ZERO);
        } else if (first) {
            keeper.store(() -> flush(mine), patience);
        }
        return true;
    }

    private boolean isEnough(List<Gathered> blobs) {
        return blobs.stream().mapToInt(Gathered::chunks).sum() >= enoughChunks || bytes(blobs) >= enoughBytes;
    }

    private static long bytes(List<Gathered> blobs) {
        return blobs.stream().mapToLong(each -> each.blob().length()).sum();
    }

    /** Bytes that are not stored yet. */
    synchronized long bytes() {
        return bytes;
    }

    /** Unless these were written by others meanwhile. */
    private void flush(List<Gathered> mine) {
        boolean there;
        synchronized (this) {
            there = gathered == mine;
        }
        if (there) {
            flush();
        }
    }

    /** Stores what is there. Returns when that is done, or has failed; who added it is told soon. */
    void flush() {
        synchronized (writing) {
            List<Gathered> taken = take();
            if (!taken.isEmpty()) {
                Optional<Throwable> failure = store(taken);
                synchronized (this) {
                    bytes -= bytes(taken);
                }
                // Before the keeper can be closed, as that waits for this lock.
                keeper.store(() -> taken.forEach(each -> tell(each, failure)), Duration.ZERO);
            }
        }
    }

    private synchronized List<Gathered> take() {
        List<Gathered> taken = gathered;
        gathered = new ArrayList<>();
        return taken;
    }

    private Optional<Throwable> store(List<Gathered> taken) {
        List<SmallBlob> blobs = taken.stream().map(Gathered::blob).toList();
        try {
            if (bytes(taken) < LITTLE_BYTES) {
                commits.asRows(blobs);
            } else {
                commits.inOneFile(blobs);
            }
            return Optional.empty();
        } catch (StoreException e) {
            return Optional.of(e);
        } catch (RuntimeException | Error e) {
            log.warn("storing small files failed count={}", blobs.size(), e);
            return Optional.of(e);
        }
    }

    private void tell(Gathered blob, Optional<Throwable> failure) {
        try {
            blob.done().accept(failure);
        } catch (RuntimeException | Error e) { // the others are told all the same
            log.warn("letting go of a small file failed", e);
        } finally {
            synchronized (this) {
                chunks -= blob.chunks();
            }
        }
    }

    /** Stores what is there, and takes no more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        flush();
    }
}
