package dev.assay.store;

import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * A table file being written, outside the database until it is ingested. Chunks are added in the order of their keys by one thread;
 * each but the last can be read back meanwhile, by any thread. What was read stays readable after the file is moved or deleted,
 * until {@link #close}.
 */
final class TableWriter implements AutoCloseable {
    private final Path file;
    private final SstFileWriter writer;
    private final FileChannel channel;
    private final ByteBuffer key = ByteBuffer.allocateDirect(Layout.KEY_BYTES);
    /** Where the chunks' blocks begin. */
    private final List<Long> blocks = new ArrayList<>();

    private boolean writing = true;

    /** Takes over the writer. */
    TableWriter(Path file, SstFileWriter writer) {
        this.file = file;
        this.writer = writer;
        try {
            writer.open(file.toString());
            this.channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (RocksDBException e) {
            writer.close();
            throw Faults.of(file, "staging", e);
        } catch (IOException e) {
            writer.close();
            throw Faults.of(file, "staging", e);
        }
    }

    Path file() {
        return file;
    }

    /** Adds a chunk, from position to limit of a direct buffer, and returns where in the file its value begins. */
    long put(long id, int number, ByteBuffer chunk) {
        try {
            key.clear().putLong(id).putInt(number).flip();
            writer.put(key, chunk.duplicate());
            // RocksDB has written the chunk before this one; the block of this one comes next.
            long block = writer.fileSize();
            synchronized (blocks) {
                blocks.add(block);
            }
            return block + Layout.headBytes(chunk.remaining());
        } catch (RocksDBException e) {
            throw Faults.of(file, "staging", e);
        }
    }

    /** How far apart the last two chunks' blocks lie. */
    int stride() {
        synchronized (blocks) {
            int count = blocks.size();
            return Math.toIntExact(blocks.get(count - 1) - blocks.get(count - 2));
        }
    }

    /** Copies bytes of a chunk of this length; of the last one added not before {@link #finish}. */
    int read(int number, int length, int offset, ByteBuffer into) {
        long block;
        synchronized (blocks) {
            block = blocks.get(number);
        }
        int count = Math.min(into.remaining(), length - offset);
        ByteBuffer part = into.slice(into.position(), count);
        try {
            for (long at = block + Layout.headBytes(length) + offset; part.hasRemaining(); ) {
                int read = channel.read(part, at);
                if (read < 0) {
                    throw new StoreException(Kind.DAMAGED, file + " is shorter than what was written to it");
                }
                at += read;
            }
        } catch (IOException e) {
            throw Faults.of(file, "reading what is staged", e);
        }
        into.position(into.position() + count);
        return count;
    }

    /** Completes the file, durably. Returns its length. */
    long finish() {
        try {
            writer.finish();
            return writer.fileSize();
        } catch (RocksDBException e) {
            throw Faults.of(file, "staging", e);
        } finally {
            stopWriting();
        }
    }

    /** Deletes the file's name, when it still has this one. */
    void delete() {
        stopWriting();
        try {
            boolean unused = Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Faults.of(file, "deleting what was staged", e);
        }
    }

    private void stopWriting() {
        if (writing) {
            writing = false;
            writer.close();
        }
    }

    @Override
    public void close() {
        stopWriting();
        try {
            channel.close();
        } catch (IOException e) {
            throw Faults.of(file, "closing", e);
        }
    }
}
