package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A blob in the database. Its rows stay where they are read from while it is open. */
final class StoredBlob implements Blob {
    private final DiskBlobStore store;
    private final BlobInfo info;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Open from the first slice on; null before, and after close. */
    private final AtomicReference<@Nullable SharedFile> file = new AtomicReference<>();

    /** Takes over one pin on the blob's id. */
    StoredBlob(DiskBlobStore store, BlobInfo info) {
        this.store = store;
        this.info = info;
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
        int total = 0;
        try {
            while (into.hasRemaining() && position + total < info.length()) {
                long at = position + total;
                total += store.read(info, (int) (at / Layout.CHUNK), (int) (at % Layout.CHUNK), into);
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
    public Optional<FileSlice> slice(long position, long most) {
        if (position >= info.length() || closed.get() || !store.vouchesForFile(info)) {
            return Optional.empty();
        }
        SharedFile open = file.get();
        if (open == null) {
            open = store.openFile(info).orElse(null);
            file.set(open);
        }
        return open == null ? Optional.empty() : Optional.of(open.slice(position, most));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            SharedFile open = file.getAndSet(null);
            if (open != null) {
                open.release();
            }
            store.unpin(info);
        }
    }
}
