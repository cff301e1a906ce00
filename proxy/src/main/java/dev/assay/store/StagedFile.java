package dev.assay.store;

import dev.assay.crypto.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A staged blob: in memory while it is small, then a table file of its own with its last chunk in memory, which is added when it is
 * full or {@link #complete}. The lock covers the chunks in memory, which the writer fills while others copy from them; it is never held
 * while the disk is written or read.
 */
final class StagedFile implements StagedBlob {
    private final DiskBlobStore store;
    private final Database database;
    private final BufferPool buffers;
    private final Object lock = new Object();
    /** The chunks in memory, the last one with room; {@code inFile} chunks come before them. */
    private final Deque<ByteBuffer> memory = new ArrayDeque<>();

    private int inFile;
    private volatile long size;
    private int references = 1;

    private volatile @Nullable TableWriter table;
    private volatile boolean complete;
    /** What a small one has become: its bytes are no longer in memory. */
    private @Nullable StoredBlob stored;
    // The writer's.
    private long id;
    private long reserved;
    private boolean ended;

    /** Takes over the room reserved for it. */
    StagedFile(DiskBlobStore store, Database database, BufferPool buffers, long reserved) {
        this.store = store;
        this.database = database;
        this.buffers = buffers;
        this.reserved = reserved;
    }

    /** Makes the file now, for one that is known to become large: a disk that takes none says so before anything is fetched. */
    void begin() {
        id = store.newFileId();
        table = store.newFile(id);
    }

    @Override
    public void append(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (ended || complete) {
            throw new IllegalStateException("append after complete, commit or discard");
        }
        for (int done = 0; done < length; ) {
            int filled = (int) (size % Layout.CHUNK);
            if (filled == 0) {
                nextChunk();
            }
            int count = Math.min(Layout.CHUNK - filled, length - done);
            synchronized (lock) {
                memory.getLast().put(filled, bytes, offset + done, count);
                size += count;
            }
            done += count;
        }
    }

    /** Makes room for a chunk: in memory, and from a certain length on by writing the chunks before it to the file. */
    private void nextChunk() {
        if (reserved <= size) {
            store.reserve(Layout.CHUNK);
            reserved += Layout.CHUNK;
        }
        if (table == null && size == Layout.SMALL_BYTES) {
            begin();
        }
        TableWriter file = table;
        if (file != null) {
            addToFile(file);
        }
        synchronized (lock) {
            memory.add(buffers.take(Layout.CHUNK));
        }
    }

    private void addToFile(TableWriter file) {
        List<ByteBuffer> chunks;
        synchronized (lock) {
            chunks = List.copyOf(memory);
        }
        for (int i = 0; i < chunks.size(); i++) {
            int number = inFile + i;
            file.put(id, number, chunks.get(i).duplicate().clear().limit(chunkLength(number)));
        }
        synchronized (lock) {
            inFile += chunks.size();
            memory.forEach(buffers::give);
            memory.clear();
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public int read(long position, ByteBuffer into) {
        if (position < 0 || position > size) {
            throw new IllegalArgumentException("position: " + position + " (expected: 0 to " + size + ")");
        }
        int[] total = {0};
        database.whileOpen(() -> {
            while (into.hasRemaining() && position + total[0] < size) {
                total[0] += readOnce(position + total[0], into);
            }
        });
        return total[0];
    }

    private int readOnce(long at, ByteBuffer into) {
        int number = (int) (at / Layout.CHUNK);
        int offset = (int) (at % Layout.CHUNK);
        StoredBlob small;
        synchronized (lock) {
            small = stored;
            if (number >= inFile && small == null) {
                int skip = number - inFile;
                for (ByteBuffer chunk : memory) {
                    if (skip-- == 0) {
                        int count = Math.min(into.remaining(), chunkLength(number) - offset);
                        into.put(chunk.duplicate().clear().position(offset).limit(offset + count));
                        return count;
                    }
                }
            }
        }
        return small == null
                ? Objects.requireNonNull(table).read(number, chunkLength(number), offset, into)
                : small.read(at, into);
    }

    private int chunkLength(int number) {
        return (int) Math.min(Layout.CHUNK, size - (long) number * Layout.CHUNK);
    }

    @Override
    public void complete() {
        TableWriter file = table;
        if (file != null) {
            addToFile(file);
        }
        complete = true;
    }

    @Override
    public Optional<FileParts> file(long position, long length) {
        Objects.checkFromIndexSize(position, length, /* length= */ size);
        TableWriter file = table;
        if (file == null || !complete) {
            return Optional.empty();
        }
        retain();
        return Optional.of(new FileParts(
                file.channel(), length, from -> part(file, position + from, length - from), this::release));
    }

    private FileParts.Part part(TableWriter file, long at, long most) {
        int number = (int) (at / Layout.CHUNK);
        int offset = (int) (at % Layout.CHUNK);
        int chunk = chunkLength(number);
        return new FileParts.Part(file.position(number, chunk) + offset, (int) Math.min(most, chunk - offset));
    }

    @Override
    public void commit(List<Digest> digests) {
        if (ended) {
            throw new IllegalStateException("commit after commit or discard");
        }
        TableWriter file = table;
        if (file == null) {
            store.commits().asRows(List.of(new SmallBlob(chunksInMemory(), size, digests)));
            leaveMemory(store.openUncounted(digests.get(0)));
        } else {
            addToFile(file);
            store.commits().large(file, new BlobInfo(id, size, file.place(id, 0, size), digests));
        }
        ended = true;
        giveBack();
    }

    @Override
    public void commit(List<Digest> digests, Consumer<Optional<Throwable>> done) {
        if (ended || table != null || size < Layout.GATHERED_BYTES || !isGathered(digests, done)) {
            StagedBlob.super.commit(digests, done);
        }
    }

    /** Whether the store will write it with others. It holds a reference until then. */
    private boolean isGathered(List<Digest> digests, Consumer<Optional<Throwable>> done) {
        retain();
        ended = true;
        SmallBlob blob = new SmallBlob(chunksInMemory(), size, digests);
        if (store.gathering().add(blob, failure -> settle(digests, failure, done))) {
            giveBack();
            return true;
        }
        ended = false;
        release();
        return false;
    }

    private void settle(List<Digest> digests, Optional<Throwable> failure, Consumer<Optional<Throwable>> done) {
        try {
            done.accept(failure);
            if (failure.isEmpty()) {
                leaveMemory(store.openUncounted(digests.get(0)));
            }
        } finally {
            release();
        }
    }

    /** Those who still read go on with what is stored: a slow client holds no chunk in memory. */
    private void leaveMemory(Optional<StoredBlob> small) {
        if (small.isPresent()) {
            synchronized (lock) {
                stored = small.get();
                memory.forEach(buffers::give);
                memory.clear();
            }
        }
    }

    private List<ByteBuffer> chunksInMemory() {
        List<ByteBuffer> chunks = new ArrayList<>();
        synchronized (lock) {
            long left = size;
            for (ByteBuffer chunk : memory) {
                chunks.add(chunk.duplicate().clear().limit((int) Math.min(Layout.CHUNK, left)));
                left -= Layout.CHUNK;
            }
        }
        return chunks;
    }

    private void giveBack() {
        store.giveBack(reserved);
        reserved = 0;
    }

    @Override
    public void discard() {
        if (!ended) {
            ended = true;
            TableWriter file = table;
            if (file != null) {
                file.delete();
            }
        }
    }

    @Override
    public void retain() {
        synchronized (lock) {
            if (references == 0) {
                throw new IllegalStateException("retain after the last release");
            }
            references++;
        }
    }

    @Override
    public void release() {
        synchronized (lock) {
            if (references == 0) {
                throw new IllegalStateException("more releases than references");
            }
            if (--references > 0) {
                return;
            }
        }
        giveBack();
        memory.forEach(buffers::give);
        StoredBlob small = stored;
        if (small != null) {
            small.close();
        }
        try {
            discard();
        } finally {
            TableWriter file = table;
            if (file != null) {
                file.close();
            }
        }
    }
}
