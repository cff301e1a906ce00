package dev.assay.store;

import java.nio.channels.FileChannel;

/**
 * Verified bytes of a blob as they lie in a file, for the kernel to send. They can be read until it is closed, whatever becomes of
 * the blob; the channel is shared, so it is only read at positions. Close it once, on any thread.
 *
 * @param position where in the file they begin
 * @param length how many there are, at least 1
 * @param lease let go of by {@link #close}
 */
public record FileSlice(FileChannel channel, long position, int length, Runnable lease) implements AutoCloseable {
    @Override
    public void close() {
        lease.run();
    }
}
