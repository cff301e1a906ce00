package dev.assay.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A table file, open beside the database and shared by the slices of one blob; the last who lets go closes it. */
final class SharedFile {
    private final FileChannel channel;
    private final BlobInfo info;
    private final AtomicInteger references = new AtomicInteger(1);

    private SharedFile(FileChannel channel, BlobInfo info) {
        this.channel = channel;
        this.info = info;
    }

    /**
     * Opens the file that the blob's record speaks of, when the first and the last chunk are where it says: before each value is its
     * key. Held once by the caller.
     */
    static Optional<SharedFile> open(Path path, BlobInfo info) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            boolean itsFile = false;
            try {
                itsFile = hasKey(channel, info, 0) && hasKey(channel, info, info.chunks() - 1);
            } finally {
                if (!itsFile) {
                    channel.close();
                }
            }
            return itsFile ? Optional.of(new SharedFile(channel, info)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean hasKey(FileChannel channel, BlobInfo info, int number) throws IOException {
        ByteBuffer key = ByteBuffer.allocate(Layout.KEY_BYTES);
        long at = info.position(number) - Layout.keyDistance();
        int read = at < 0 ? 0 : channel.read(key, at);
        return read == Layout.KEY_BYTES && key.flip().equals(ByteBuffer.wrap(Layout.key(info.id(), number)));
    }

    /** The blob's bytes from {@code from}, at most {@code most} and as far as its chunk reaches; the file is held by the slice, too. */
    FileSlice slice(long from, long most) {
        int number = (int) (from / Layout.CHUNK);
        int offset = (int) (from % Layout.CHUNK);
        references.incrementAndGet();
        return new FileSlice(
                channel,
                info.position(number) + offset,
                (int) Math.min(most, info.chunkLength(number) - offset),
                this::release);
    }

    void release() {
        if (references.decrementAndGet() == 0) {
            try {
                channel.close();
            } catch (IOException e) {
                throw Faults.of(Path.of("db"), "closing a table file", e);
            }
        }
    }
}
