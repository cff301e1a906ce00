package dev.assay.store;

import java.nio.channels.FileChannel;
import java.util.function.LongFunction;

/**
 * Verified bytes of a blob as they lie in a file, for the kernel to send: in parts, since a few bytes of the database's lie between
 * them. They can be read until it is closed, whatever becomes of the blob. Close it once, on any thread; that does not block.
 *
 * @param channel only read at positions
 * @param length of all parts together
 * @param parts see {@link #part}; touches no disk
 * @param lease let go of by {@link #close}
 */
public record FileParts(FileChannel channel, long length, LongFunction<Part> parts, Runnable lease)
        implements AutoCloseable {
    /**
     * Bytes that lie side by side.
     *
     * @param position where in the file they begin
     * @param length how many there are, at least 1
     */
    public record Part(long position, int length) {}

    /** The part that begins with the byte {@code from} of these bytes, below their length. */
    public Part part(long from) {
        return parts.apply(from);
    }

    @Override
    public void close() {
        lease.run();
    }
}
