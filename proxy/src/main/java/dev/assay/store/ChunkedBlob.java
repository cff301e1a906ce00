package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A blob whose bytes are rows of chunks. */
final class ChunkedBlob implements Blob {
    private final ChunkedBlobStore store;
    private final ChunkRows chunks;
    private final BlobInfo info;
    private final Extent extent;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes over one reference to the extent. */
    ChunkedBlob(ChunkedBlobStore store, ChunkRows chunks, BlobInfo info, Extent extent) {
        this.store = store;
        this.chunks = chunks;
        this.info = info;
        this.extent = extent;
    }

    @Override
    public long length() {
        return info.length();
    }

    @Override
    public List<Digest> digests() {
        return info.digests();
    }

    @Override
    public int read(long position, ByteBuffer into) {
        if (position < 0 || position > info.length()) {
            throw new IllegalArgumentException("position: " + position + " (expected: 0 to " + info.length() + ")");
        }
        if (closed.get()) {
            throw new StoreException(Kind.IO, "the blob is closed");
        }
        int size = info.chunkBytes();
        int total = 0;
        try {
            while (into.hasRemaining() && position + total < info.length()) {
                long at = position + total;
                long start = at - at % size;
                int length = (int) Math.min(size, info.length() - start);
                total += chunks.read(extent, (int) (at / size), (int) (at - start), length, into);
            }
        } catch (StoreException e) {
            if (e.kind() == Kind.DAMAGED) {
                store.forget(info);
            }
            throw e;
        }
        return total;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            chunks.release(extent);
        }
    }
}
