package dev.assay.store;

import dev.assay.store.BlobInfo.Place;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A table file being written, outside the database until it is ingested. Chunks are added in the order of their keys by one thread;
 * each can be read back as soon as it is added, by any thread. What was read stays readable after the file is moved or deleted,
 * until {@link #close}.
 */
final class TableWriter implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final TableFormat.Rows index = new TableFormat.Rows();
    /** Where the chunks' blocks begin. */
    private final List<Long> blocks = new ArrayList<>();

    private long length;
    private long valueBytes;

    /** A new file. */
    TableWriter(Path file) {
        this.file = file;
        try {
            this.channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw Faults.of(file, "staging", e);
        }
    }

    Path file() {
        return file;
    }

    /** Adds a chunk, from position to limit of a buffer. */
    void put(long id, int number, ByteBuffer chunk) {
        byte[] key = Layout.key(id, number);
        ByteBuffer head = TableFormat.head(key, chunk.remaining());
        long block = length;
        valueBytes += chunk.remaining();
        append(head, chunk.duplicate(), TableFormat.tail(head, chunk));
        index.add(TableFormat.indexKey(key), TableFormat.handle(block, length - block));
        synchronized (blocks) {
            blocks.add(block);
        }
    }

    private void append(ByteBuffer... buffers) {
        try {
            for (ByteBuffer last = buffers[buffers.length - 1]; last.hasRemaining(); ) {
                length += channel.write(buffers);
            }
        } catch (IOException e) {
            throw Faults.of(file, "staging", e);
        }
    }

    /** How many chunks there are. */
    int chunks() {
        synchronized (blocks) {
            return blocks.size();
        }
    }

    /**
     * Where a blob lies.
     *
     * @param table first id of this file
     * @param first which chunk is the blob's first
     * @param bytes the blob's, as far as they are here
     */
    Place place(long table, int first, long bytes) {
        long start = position(first, (int) Math.min(Layout.CHUNK, bytes));
        synchronized (blocks) {
            return new Place(
                    table,
                    start,
                    bytes > Layout.CHUNK ? Math.toIntExact(blocks.get(first + 1) - blocks.get(first)) : 0);
        }
    }

    /** Copies bytes of a chunk of this length. */
    int read(int number, int length, int offset, ByteBuffer into) {
        int count = Math.min(into.remaining(), length - offset);
        ByteBuffer part = into.slice(into.position(), count);
        try {
            for (long at = position(number, length) + offset; part.hasRemaining(); ) {
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

    /** Where the value of a chunk of this length begins. */
    long position(int number, int length) {
        synchronized (blocks) {
            return blocks.get(number) + Layout.headBytes(length);
        }
    }

    /** Only read at positions. */
    FileChannel channel() {
        return channel;
    }

    /** Completes the file, durably. Returns its length. */
    long finish() {
        long dataBytes = length;
        byte[] indexHandle = appendBlock(index.finish());
        byte[] properties =
                appendBlock(properties(dataBytes, length - dataBytes).finish());
        byte[] metaindex = appendBlock(new TableFormat.Rows()
                .add(TableFormat.name("rocksdb.properties"), properties)
                .finish());
        append(TableFormat.footer(metaindex, indexHandle));
        try {
            channel.force(false);
        } catch (IOException e) {
            throw Faults.of(file, "staging", e);
        }
        return length;
    }

    private byte[] appendBlock(ByteBuffer block) {
        long at = length;
        append(block);
        return TableFormat.handle(at, length - at);
    }

    /** What RocksDB wants to know of a file before it takes it in, and some figures; in the order of their names. */
    private TableFormat.Rows properties(long dataBytes, long indexBytes) {
        byte[] rows = TableFormat.number(blocks.size());
        return new TableFormat.Rows()
                .add(TableFormat.name("rocksdb.block.based.table.index.type"), new byte[Integer.BYTES])
                .add(TableFormat.name("rocksdb.comparator"), TableFormat.name("leveldb.BytewiseComparator"))
                .add(TableFormat.name("rocksdb.data.size"), TableFormat.number(dataBytes))
                .add(TableFormat.name("rocksdb.external_sst_file.global_seqno"), new byte[Long.BYTES])
                .add(TableFormat.name("rocksdb.external_sst_file.version"), new byte[] {2, 0, 0, 0})
                .add(TableFormat.name("rocksdb.index.size"), TableFormat.number(indexBytes))
                .add(TableFormat.name("rocksdb.num.data.blocks"), rows)
                .add(TableFormat.name("rocksdb.num.entries"), rows)
                .add(
                        TableFormat.name("rocksdb.raw.key.size"),
                        TableFormat.number((long) blocks.size() * Layout.keyDistance()))
                .add(TableFormat.name("rocksdb.raw.value.size"), TableFormat.number(valueBytes));
    }

    /** Deletes the file's name, when it still has this one. */
    void delete() {
        try {
            boolean unused = Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Faults.of(file, "deleting what was staged", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw Faults.of(file, "closing", e);
        }
    }
}
