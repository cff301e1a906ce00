package dev.assay.store;

import dev.assay.crypto.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * A staged blob: full chunks are rows already, the last one is in memory. The lock covers the tail, which the writer fills while
 * others copy from it; it is never held during a write or a read of the database.
 */
final class ChunkedStagedBlob implements StagedBlob {
    private final ChunkedBlobStore store;
    private final ChunkRows chunks;
    private final StagingBudget budget;
    private final Extent extent;
    private final Object lock = new Object();
    private final ByteBuffer tail;

    /** Bytes in rows; only the writer changes it, under the lock. */
    private long stored;

    private volatile long size;
    /** Writer only, until the last release. */
    private long reserved;

    private boolean ended;
    private int references = 1;

    /** Takes over one reference to the extent, and the room reserved for it. */
    ChunkedStagedBlob(ChunkedBlobStore store, ChunkRows chunks, StagingBudget budget, Extent extent, long reserved) {
        this.store = store;
        this.chunks = chunks;
        this.budget = budget;
        this.extent = extent;
        this.reserved = reserved;
        this.tail = chunks.buffers().take(extent.chunkBytes);
    }

    @Override
    public void append(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (ended) {
            throw new IllegalStateException("append after commit or discard");
        }
        int done = 0;
        while (done < length) {
            int room = extent.chunkBytes - (int) (size - stored);
            if (room == 0) {
                storeTail();
                continue;
            }
            int count = Math.min(room, length - done);
            synchronized (lock) {
                tail.put((int) (size - stored), bytes, offset + done, count);
                size += count;
            }
            done += count;
        }
    }

    private void storeTail() {
        if (reserved < size) {
            budget.reserve(extent.chunkBytes);
            reserved += extent.chunkBytes;
        }
        chunks.write(extent, (int) (stored / extent.chunkBytes), tail());
        synchronized (lock) {
            stored = size;
        }
    }

    private ByteBuffer tail() {
        return tail.duplicate().clear().limit((int) (size - stored));
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        if (position < 0 || position > size) {
            throw new IllegalArgumentException("position: " + position + " (expected: 0 to " + size + ")");
        }
        int total = 0;
        while (into.hasRemaining() && position + total < size) {
            total += readOnce(position + total, into);
        }
        return total;
    }

    private int readOnce(long at, ByteBuffer into) {
        synchronized (lock) {
            if (at >= stored) {
                int from = (int) (at - stored);
                int count = Math.min(into.remaining(), (int) (size - at));
                into.put(tail.duplicate().clear().position(from).limit(from + count));
                return count;
            }
        }
        int offset = (int) (at % extent.chunkBytes);
        return chunks.read(extent, (int) (at / extent.chunkBytes), offset, extent.chunkBytes, into);
    }

    @Override
    public void commit(List<Digest> digests) {
        if (ended) {
            throw new IllegalStateException("commit after commit or discard");
        }
        store.commit(extent, size, tail(), digests);
        ended = true;
    }

    @Override
    public void discard() {
        if (!ended) {
            chunks.doom(extent.id);
            ended = true;
        }
    }

    @Override
    public void retain() {
        synchronized (lock) {
            if (references == 0) {
                throw new IllegalStateException("retain after the last release");
            }
            references++;
        }
    }

    @Override
    public void release() {
        synchronized (lock) {
            if (references == 0) {
                throw new IllegalStateException("more releases than references");
            }
            if (--references > 0) {
                return;
            }
        }
        discard();
        chunks.buffers().give(tail);
        budget.giveBack(reserved);
        chunks.release(extent);
    }
}
