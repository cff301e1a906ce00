package dev.assay.store;

import dev.assay.store.FileParts.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A blob's table file, opened beside the database. */
final class BlobFile {
    private BlobFile() {}

    /**
     * The blob's bytes from {@code first} on, when the first and the last chunk are where its record says: before each value is its
     * key. Empty otherwise.
     *
     * @param closed runs after the file is closed
     */
    static Optional<FileParts> open(Path path, BlobInfo info, long first, long length, Runnable closed) {
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
            return itsFile
                    ? Optional.of(new FileParts(
                            channel,
                            length,
                            from -> part(info, first + from, length - from),
                            () -> close(channel, closed)))
                    : Optional.empty();
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

    private static Part part(BlobInfo info, long from, long most) {
        int number = (int) (from / Layout.CHUNK);
        int offset = (int) (from % Layout.CHUNK);
        return new Part(info.position(number) + offset, (int) Math.min(most, info.chunkLength(number) - offset));
    }

    private static void close(FileChannel channel, Runnable closed) {
        try {
            channel.close();
        } catch (IOException e) {
            throw Faults.of(Path.of("db"), "closing a table file", e);
        } finally {
            closed.run();
        }
    }
}
