package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.store.Blob;
import dev.assay.store.FileParts;
import dev.assay.store.StagedBlob;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Verified bytes that are being stored, as a blob: whoever waited for them does not wait for the disk as well. */
final class StagedBytes implements Blob {
    private final StagedBlob staged;
    private final List<Digest> digests;
    private final long length;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Adds a reference to what is staged, all of which was verified, for as long as it is open. */
    StagedBytes(StagedBlob staged, List<Digest> digests) {
        staged.retain();
        this.staged = staged;
        this.digests = digests;
        this.length = staged.size();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public List<Digest> digests() {
        return digests;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        return staged.read(position, into);
    }

    @Override
    public Optional<FileParts> file(long position, long length) {
        return staged.file(position, length);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            staged.release();
        }
    }
}
