package dev.assay.server;

import java.nio.ByteBuffer;

/**
 * A body that is in memory whole: the server sends it without a worker. Immutable and free to be shared by any number of
 * responses at once; closing it does nothing.
 */
public final class BytesBody implements Body {
    public static final BytesBody EMPTY = new BytesBody(ByteBuffer.allocate(0));

    private static final long MOST_KEPT = 64L << 20;
    /** Memory outside the heap has the heap's bound. */
    private static final int PART_KEPT = 8;

    private final ByteBuffer bytes;

    private BytesBody(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Wraps the array without a copy; the caller changes it no more. For an answer that is sent once or seldom. */
    public static BytesBody of(byte[] bytes) {
        return new BytesBody(ByteBuffer.wrap(bytes));
    }

    /**
     * Copies the array outside the heap, from where the kernel takes it without another copy: for what is sent again and again.
     * Costs its length in direct memory until the body is collected.
     */
    public static BytesBody hot(byte[] bytes) {
        return new BytesBody(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
    }

    /** The bytes that one kind of bodies may take while they are kept: 64 MiB, or an eighth of what memory there is for them. */
    public static long mostKept() {
        return Math.min(MOST_KEPT, Runtime.getRuntime().maxMemory() / PART_KEPT);
    }

    @Override
    public long length() {
        return bytes.limit();
    }

    @Override
    public int read(long position, ByteBuffer into) {
        int from = Math.toIntExact(position);
        int count = Math.min(into.remaining(), bytes.limit() - from);
        into.put(bytes.slice(from, count));
        return count;
    }

    @Override
    public void close() {}

    /** A read-only view with its own position; the content is shared. */
    ByteBuffer view() {
        return bytes.asReadOnlyBuffer();
    }
}
