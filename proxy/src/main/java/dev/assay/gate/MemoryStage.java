package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.store.Blob;
import dev.assay.store.StagedBlob;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A small file staged in memory because the disk has no room: verified and handed over like any other, kept for a minute. */
final class MemoryStage implements StagedBlob {
    private final byte[] bytes;
    private volatile int size;

    MemoryStage(int length) {
        this.bytes = new byte[length];
    }

    @Override
    public void append(byte[] from, int offset, int length) {
        int before = size;
        System.arraycopy(from, offset, bytes, before, length);
        size = before + length;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        int count = (int) Math.min(into.remaining(), size - position);
        into.put(bytes, Math.toIntExact(position), count);
        return count;
    }

    @Override
    public void commit(List<Digest> digests) {
        // it lives in memory alone: asBlob() is what a verified stage becomes
    }

    /** What it becomes once it is verified. */
    Blob asBlob(List<Digest> digests) {
        return new MemoryBlob(size == bytes.length ? bytes : Arrays.copyOf(bytes, size), digests);
    }

    @Override
    public void discard() {
        // nothing outside the heap
    }

    @Override
    public void retain() {
        // the collector counts
    }

    @Override
    public void release() {
        // the collector counts
    }

    private static final class MemoryBlob implements Blob {
        private final byte[] bytes;
        private final List<Digest> digests;

        MemoryBlob(byte[] bytes, List<Digest> digests) {
            this.bytes = bytes;
            this.digests = List.copyOf(digests);
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public List<Digest> digests() {
            return digests;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            int count = (int) Math.min(into.remaining(), bytes.length - position);
            into.put(bytes, Math.toIntExact(position), count);
            return count;
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }
}
