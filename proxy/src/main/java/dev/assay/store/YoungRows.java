package dev.assay.store;

import dev.assay.store.BlobInfo.Place;
import dev.assay.store.Database.Batch;
import dev.assay.store.TableFiles.Table;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Small blobs that were stored lately, as ordinary rows: in the log and in memory, until there are enough of them to be written out as
 * one table file. Ids grow with each commit, so that a group is a range of ids and groups never overlap.
 */
final class YoungRows {
    private static final Logger log = LoggerFactory.getLogger(YoungRows.class);

    private final Database database;
    private final BlobRecords records;
    private final TableFiles tables;
    private final Keeper keeper;
    private final ReadWriteLock recordLock;
    private final long groupBytes;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger blobs = new AtomicInteger();
    /** The lowest id that may have young rows. Only {@link #group} changes it. */
    private long first;
    /** The file that was taken in and is not recorded yet: recording failed, and the next {@link #group} makes up for it. */
    private @Nullable Written unsettled;
    /** The highest id that has rows. */
    private final AtomicLong last = new AtomicLong();

    /**
     * Finds the rows there are.
     *
     * @param groupBytes so many are enough for a file
     */
    YoungRows(
            Database database,
            BlobRecords records,
            TableFiles tables,
            Keeper keeper,
            ReadWriteLock recordLock,
            long groupBytes) {
        this.database = database;
        this.records = records;
        this.tables = tables;
        this.keeper = keeper;
        this.recordLock = recordLock;
        this.groupBytes = groupBytes;
        first = records.newId();
        database.scan(Family.YOUNG, Layout.key(0, 0), Layout.key(Long.MAX_VALUE, 0), (key, value) -> {
            first = Math.min(first, Layout.id(key));
            last.set(Layout.id(key));
            bytes.addAndGet(value.length);
            blobs.addAndGet(Layout.number(key) == 0 ? 1 : 0);
            return true;
        });
    }

    /** Bytes in young rows. */
    long bytes() {
        return bytes.get();
    }

    /** Adds a blob's chunks to a batch, with a share of the record lock. */
    void put(Batch batch, BlobInfo info, List<ByteBuffer> chunks) throws RocksDBException {
        for (int i = 0; i < chunks.size(); i++) {
            batch.put(Family.YOUNG, Layout.key(info.id(), i), chunks.get(i).duplicate());
        }
    }

    /** After the batch is written, still with the lock. Has the rows grouped once there are enough. */
    void added(BlobInfo info) {
        if (info.length() == 0) {
            return;
        }
        last.accumulateAndGet(info.id(), Math::max);
        bytes.addAndGet(info.length());
        blobs.incrementAndGet();
        if (fillAGroup()) {
            keeper.soon(this::groupFull);
        }
    }

    private boolean fillAGroup() {
        return bytes.get() >= groupBytes || blobs.get() >= Layout.GROUP_BLOBS;
    }

    /** Unless there are not enough any more: several may have seen that there were. */
    private void groupFull() {
        if (fillAGroup()) {
            group();
        }
    }

    /** What was written of one group, by blob. */
    private static final class Written {
        final Map<Long, Place> places = new HashMap<>();
        final long until;
        long firstId;
        long lastId;
        long valueBytes;
        long fileBytes;

        Written(long until) {
            this.until = until;
        }
    }

    /** Writes out the rows there are, if any, as one table file. What comes in meanwhile waits for the next. */
    synchronized void group() {
        if (blobs.get() == 0) {
            return;
        }
        if (unsettled == null) {
            unsettled = takeIn();
        }
        settle(unsettled);
        unsettled = null;
        database.flush(Family.YOUNG);
    }

    /** Writes the rows there are to a file of the database, which has no row of its own yet. */
    private Written takeIn() {
        long until;
        // Alone, so that no lower id is still being written.
        recordLock.writeLock().lock();
        try {
            until = last.get();
        } finally {
            recordLock.writeLock().unlock();
        }
        try (TableWriter table = tables.begin(first)) {
            try {
                Written written = write(table, until);
                tables.ingest(table);
                return written;
            } catch (RuntimeException | Error e) {
                table.delete();
                throw e;
            }
        }
    }

    private Written write(TableWriter table, long until) {
        Written written = new Written(until);
        ByteBuffer chunk = ByteBuffer.allocateDirect(Layout.CHUNK);
        database.scan(Family.YOUNG, Layout.key(first, 0), Layout.key(until + 1, 0), (key, value) -> {
            long id = Layout.id(key);
            int number = Layout.number(key);
            int first = table.chunks() - number;
            table.put(id, number, chunk.clear().put(value).flip());
            written.firstId = written.valueBytes == 0 ? id : written.firstId;
            written.lastId = id;
            written.valueBytes += value.length;
            // With its second chunk it is known how far apart they lie. One whose first has rotted lies nowhere.
            if (number == 0 || (number == 1 && written.places.containsKey(id))) {
                long bytes = (long) number * Layout.CHUNK + value.length;
                written.places.put(id, table.place(written.firstId, first, bytes));
            }
            return true;
        });
        written.fileBytes = table.finish();
        return written;
    }

    /** Points the records at the new file, and takes the rows away, in one batch. */
    private void settle(Written written) {
        recordLock.writeLock().lock();
        try {
            // A blob without a byte has no row, and stays out of the file.
            List<BlobInfo> moved = records.between(written.firstId, written.lastId).stream()
                    .map(info -> info.at(info.id(), written.places.getOrDefault(info.id(), Place.NONE)))
                    .filter(info -> info.place().inTable())
                    .toList();
            long live = moved.stream().mapToLong(BlobInfo::length).sum();
            Table table = new Table(written.firstId, written.lastId, written.fileBytes, moved.size(), live);
            database.write(true, batch -> {
                for (BlobInfo info : moved) {
                    records.put(batch, info);
                }
                tables.change(batch, table);
                batch.deleteRange(Family.YOUNG, Layout.key(first, 0), Layout.key(written.until + 1, 0));
            });
            tables.changed(table);
            log.debug("small blobs grouped count={} bytes={}", moved.size(), written.fileBytes);
            first = written.until + 1;
            bytes.addAndGet(-written.valueBytes);
            blobs.addAndGet(-written.places.size());
        } finally {
            recordLock.writeLock().unlock();
        }
    }
}
