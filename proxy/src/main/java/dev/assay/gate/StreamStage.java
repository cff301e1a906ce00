package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A large file on its way through a little memory because the disk has no room: from the mirror to one reader, who takes each byte once
 * and in order. The writer waits for the reader when the memory is full, so a slow client slows its own transfer down. Nothing is
 * left of it at the end.
 */
final class StreamStage implements StagedBlob {
    private final byte[] ring;
    private final Duration patience;
    // Guarded by this.
    private long size;
    private long taken;
    private int references = 1;
    private boolean joined;

    /**
     * Nothing has come yet.
     *
     * @param bytes of memory: more than what is withheld until it is verified and what is appended at once, together
     * @param patience how long the writer waits for the reader to take anything
     */
    StreamStage(int bytes, Duration patience) {
        this.ring = new byte[bytes];
        this.patience = patience;
    }

    @Override
    public synchronized void append(byte[] from, int offset, int length) {
        awaitRoom(length);
        copy(size, length, (at, count, done) -> System.arraycopy(from, offset + done, ring, at, count));
        size += length;
    }

    private synchronized void awaitRoom(int length) {
        long before = taken;
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (size - taken + length > ring.length) {
                if (joined && references == 1) {
                    throw new StoreException(
                            Kind.FULL, "the disk is full, and the only client that it went to has left");
                }
                if (taken != before) {
                    before = taken;
                    deadline = System.nanoTime() + patience.toNanos();
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new StoreException(Kind.FULL, "the disk is full, and no client took a byte for " + patience);
                }
                wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Kind.IO, "interrupted", e);
        }
    }

    /** Whether it has had its reader. */
    synchronized boolean hasReader() {
        return joined;
    }

    @Override
    public synchronized long size() {
        return size;
    }

    @Override
    public synchronized int read(long position, ByteBuffer into) {
        if (position != taken) {
            throw new IllegalStateException(
                    "position: " + position + " (expected: " + taken + ", as the rest is gone)");
        }
        int count = (int) Math.min(into.remaining(), size - position);
        copy(position, count, (at, some, done) -> into.put(ring, at, some));
        taken += count;
        notifyAll();
        return count;
    }

    /** A run of bytes within the ring: where, how many, and how many were before. */
    private interface Run {
        void copy(int at, int count, int done);
    }

    private void copy(long position, int length, Run run) {
        for (int done = 0; done < length; ) {
            int at = (int) ((position + done) % ring.length);
            int count = Math.min(length - done, ring.length - at);
            run.copy(at, count, done);
            done += count;
        }
    }

    @Override
    public void commit(List<Digest> digests) {
        // Nothing is kept: who asks next has it fetched again.
    }

    @Override
    public void discard() {
        // Nothing is outside the heap.
    }

    @Override
    public synchronized void retain() {
        references++;
        joined = true;
    }

    @Override
    public synchronized void release() {
        references--;
        notifyAll();
    }
}
