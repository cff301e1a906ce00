package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A blob in the database. Its rows stay where they are read from while it is open. */
final class StoredBlob implements Blob {
    private static final Logger log = LoggerFactory.getLogger(StoredBlob.class);

    private final DiskBlobStore store;
    private final BlobInfo info;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** The whole blob as it lies in its file, from the first {@link #read} on for which that is vouched for. Guarded by this. */
    private @Nullable FileParts file;

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
        int total = readFile(position, into);
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

    /**
     * As much as can be had from the blob's file: nothing when that is not vouched for. The database would read and check a whole chunk for
     * any part of it.
     */
    private synchronized int readFile(long position, ByteBuffer into) {
        if (file == null && !closed.get()) {
            file = store.openFile(info, 0, info.length()).orElse(null);
        }
        int total = 0;
        try {
            while (file != null && into.hasRemaining() && position + total < info.length()) {
                FileParts.Part part = file.part(position + total);
                int most = Math.min(into.remaining(), part.length());
                int count = file.channel().read(into.slice(into.position(), most), part.position());
                if (count < 0) {
                    break;
                }
                into.position(into.position() + count);
                total += count;
            }
        } catch (IOException e) {
            throw Faults.of(Path.of("db"), "reading a table file", e);
        }
        return total;
    }

    /** Makes this very blob unknown because its bytes are not what was stored; one stored since stays. */
    void forgetDamaged() {
        log.warn(
                "stored file is damaged and forgotten, it will be fetched again digest={}",
                info.digests().get(0));
        store.forget(info);
    }

    @Override
    public Optional<FileParts> file(long position, long length) {
        Objects.checkFromIndexSize(position, length, info.length());
        return closed.get() ? Optional.empty() : store.openFile(info, position, length);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            store.unpin(info);
            closeFile();
        }
    }

    private synchronized void closeFile() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
