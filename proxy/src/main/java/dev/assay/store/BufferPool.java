package dev.assay.store;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** Direct buffers of the largest chunk size, used again because direct memory is only given back by the garbage collector. */
final class BufferPool {
    private final int bytes;
    private final ArrayBlockingQueue<ByteBuffer> idle;

    /** A pool that keeps at most {@code kept} idle buffers. */
    BufferPool(int bytes, int kept) {
        this.bytes = bytes;
        this.idle = new ArrayBlockingQueue<>(kept);
    }

    /** A cleared buffer of at least {@code atLeast} bytes. */
    ByteBuffer take(int atLeast) {
        ByteBuffer buffer = atLeast <= bytes ? idle.poll() : null;
        return buffer == null ? ByteBuffer.allocateDirect(Math.max(bytes, atLeast)) : buffer.clear();
    }

    /** Takes a buffer back; nobody else may still use it. */
    void give(ByteBuffer buffer) {
        if (buffer.capacity() == bytes) {
            // A full pool drops it.
            var unused = idle.offer(buffer);
        }
    }
}
