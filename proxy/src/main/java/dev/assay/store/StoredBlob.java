package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A blob in the database. Its rows stay where they are read from while it is open. */
final class StoredBlob implements Blob {
    private static final Logger log = LoggerFactory.getLogger(StoredBlob.class);

    private final DiskBlobStore store;
    private final BlobInfo info;
    private final AtomicBoolean closed = new AtomicBoolean();

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
        }
    }
}
