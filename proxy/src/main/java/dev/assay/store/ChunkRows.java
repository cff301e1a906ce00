package dev.assay.store;

import dev.assay.store.Database.Batch;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of blobs as rows of one chunk each, under an id that is never used twice, and who is using them.
 *
 * <p>Chunks that belong to no blob, or no longer, are listed by a <em>scrap</em> row: written with the first chunk of a staged
 * blob, and when a blob is forgotten; removed by commit, or together with the chunks. The log keeps the order of writes across
 * families, so whatever a crash leaves behind is named by a scrap row, and {@link #sweep} clears it at the next start.
 */
final class ChunkRows {
    /** Id and chunk number, both big-endian, so that a blob's chunks lie side by side. */
    static final int KEY_BYTES = Long.BYTES + Integer.BYTES;

    private static final byte SCRAP = 's';
    private static final byte[] NEXT_ID = {'n'};
    private static final int IDS_AT_ONCE = 1024;
    private static final int IDLE_BUFFERS = 16;
    private static final byte[] NOTHING = {};
    private static final Logger log = LoggerFactory.getLogger(ChunkRows.class);

    private final Database database;
    private final int chunkBytes;
    private final BufferPool buffers;
    private final ConcurrentHashMap<Long, Extent> live = new ConcurrentHashMap<>();

    private long nextId;
    private long reservedIds;

    ChunkRows(Database database, int chunkBytes) {
        this.database = database;
        this.chunkBytes = chunkBytes;
        this.buffers = new BufferPool(chunkBytes, IDLE_BUFFERS);
        nextId = database.get(Family.BLOBS, NEXT_ID)
                .map(bytes -> ByteBuffer.wrap(bytes).getLong())
                .orElse(1L);
        reservedIds = nextId;
    }

    BufferPool buffers() {
        return buffers;
    }

    /** Deletes what a crash has left; returns how many blobs' worth. */
    int sweep() {
        List<Long> scraps = new ArrayList<>();
        database.scan(Family.BLOBS, new byte[] {SCRAP}, new byte[] {SCRAP + 1}, (key, value) -> {
            scraps.add(ByteBuffer.wrap(key, 1, Long.BYTES).getLong());
            return true;
        });
        scraps.forEach(this::delete);
        return scraps.size();
    }

    /** A new extent without chunks, held once by the caller. */
    Extent create() {
        Extent extent = new Extent(newId(), chunkBytes, false);
        live.put(extent.id, extent);
        return extent;
    }

    private synchronized long newId() {
        if (nextId == reservedIds) {
            long reserve = reservedIds + IDS_AT_ONCE;
            byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(reserve).array();
            database.write(true, batch -> batch.put(Family.BLOBS, NEXT_ID, value));
            reservedIds = reserve;
        }
        return nextId++;
    }

    /** The extent of a stored blob, held once more; empty when it is being deleted. */
    Optional<Extent> acquire(BlobInfo info) {
        Extent held = live.compute(info.id(), (id, extent) -> {
            if (extent == null) {
                return new Extent(id, info.chunkBytes(), true);
            }
            if (!extent.doomed) {
                extent.references++;
            }
            return extent;
        });
        return held.doomed ? Optional.empty() : Optional.of(held);
    }

    /** Lets go; the last one deletes what is doomed. */
    void release(Extent extent) {
        Extent left = live.computeIfPresent(extent.id, (id, held) -> --held.references == 0 ? null : held);
        if (left == null && extent.doomed && extent.written) {
            try {
                delete(extent.id);
            } catch (StoreException e) {
                log.debug("chunks stay until the next start blob={} cause={}", extent.id, e.getMessage());
            }
        }
    }

    /** Deletes the chunks once nobody holds them. Until then a scrap row must name them. */
    void doom(long id) {
        Extent held = live.computeIfPresent(id, (key, extent) -> {
            extent.doomed = true;
            return extent;
        });
        if (held == null) {
            delete(id);
        }
    }

    private void delete(long id) {
        database.write(false, batch -> {
            batch.deleteRange(Family.CHUNKS, key(id, 0), key(id + 1, 0));
            batch.delete(Family.BLOBS, scrap(id));
        });
    }

    /** Writes one chunk of a staged blob, from position to limit of a direct buffer. */
    void write(Extent extent, int number, ByteBuffer chunk) {
        boolean first = number == 0;
        extent.written = true;
        database.write(false, batch -> {
            if (first) {
                markScrap(batch, extent.id);
            }
            batch.put(Family.CHUNKS, key(extent.id, number), chunk.duplicate());
        });
    }

    /** Adds a last chunk to a batch of the caller's; nothing when it is empty. */
    void putLast(Batch batch, Extent extent, int number, ByteBuffer chunk) throws RocksDBException {
        if (chunk.hasRemaining()) {
            extent.written = true;
            batch.put(Family.CHUNKS, key(extent.id, number), chunk.duplicate());
        }
    }

    void markScrap(Batch batch, long id) throws RocksDBException {
        batch.put(Family.BLOBS, scrap(id), NOTHING);
    }

    void unmarkScrap(Batch batch, long id) throws RocksDBException {
        batch.delete(Family.BLOBS, scrap(id));
    }

    /**
     * Copies bytes of one chunk into {@code into}, as far as both reach.
     *
     * @param length the chunk's length; another one found is damage
     */
    int read(Extent extent, int number, int offset, int length, ByteBuffer into) {
        int wanted = Math.min(length - offset, into.remaining());
        byte[] key = key(extent.id, number);
        if (offset == 0) {
            ByteBuffer target = into.duplicate().limit(into.position() + wanted);
            check(extent, number, length, database.read(Family.CHUNKS, key, target, wanted < length));
            into.position(into.position() + wanted);
            return wanted;
        }
        ByteBuffer scratch = buffers.take(length);
        try {
            check(extent, number, length, database.read(Family.CHUNKS, key, scratch, true));
            into.put(scratch.position(offset).limit(offset + wanted));
            return wanted;
        } finally {
            buffers.give(scratch);
        }
    }

    private static void check(Extent extent, int number, int expected, int found) {
        if (found != expected) {
            String what = found == Database.ABSENT ? "is missing" : "has " + found + " bytes";
            throw new StoreException(
                    Kind.DAMAGED,
                    "chunk " + number + " of blob " + extent.id + " " + what + " (expected: " + expected + ")");
        }
    }

    private static byte[] key(long id, int number) {
        return ByteBuffer.allocate(KEY_BYTES).putLong(id).putInt(number).array();
    }

    private static byte[] scrap(long id) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(SCRAP).putLong(id).array();
    }
}
