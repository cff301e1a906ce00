package dev.assay.store;

import dev.assay.store.Database.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table files that blobs lie in, each known by a row, and who is reading from them. A file without a row is what a crash left
 * before a commit or after a deletion, and is dropped at the next start. A file that no record names any more is dropped whole, which
 * gives its space back at once; while one of its blobs is open, the last reader has that done. Thread-safe, but for the changes
 * of rows, which the caller makes one at a time.
 */
final class TableFiles {
    private static final byte TABLE = 't';
    private static final String SUFFIX = ".sst";
    private static final Logger log = LoggerFactory.getLogger(TableFiles.class);

    /**
     * One file.
     *
     * @param first the lowest id whose rows it holds
     * @param last the highest
     * @param bytes its length
     * @param blobs how many of the blobs in it still have a record
     * @param liveBytes the length of those
     */
    record Table(long first, long last, long bytes, int blobs, long liveBytes) {
        /** What a row takes beside its value, at most: key, lengths, checksum, index. */
        private static final int ROW_OVERHEAD = 100;

        Table without(BlobInfo info) {
            return new Table(first, last, bytes, blobs - 1, liveBytes - info.length());
        }

        /** Whether a quarter of the file is of blobs that are gone: to write the rest anew is then worth the space. */
        boolean isHollow() {
            return liveBytes + (long) blobs * ROW_OVERHEAD < bytes / 4 * 3;
        }

        private byte[] encode() {
            return ByteBuffer.allocate(Long.BYTES * 3 + Integer.BYTES)
                    .putLong(last)
                    .putLong(bytes)
                    .putInt(blobs)
                    .putLong(liveBytes)
                    .array();
        }

        private static Table decode(long first, byte[] row) {
            ByteBuffer in = ByteBuffer.wrap(row);
            return new Table(first, in.getLong(), in.getLong(), in.getInt(), in.getLong());
        }
    }

    private final Database database;
    private final Path staging;
    private final Keeper keeper;
    private final ConcurrentSkipListMap<Long, Table> tables = new ConcurrentSkipListMap<>();
    /** Files without a row that are still being read. */
    private final ConcurrentSkipListMap<Long, Table> doomed = new ConcurrentSkipListMap<>();
    /** Ids of open blobs, and how often each is open. */
    private final ConcurrentSkipListMap<Long, Integer> pins = new ConcurrentSkipListMap<>();

    private final Map<Long, Path> paths = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong blobs = new AtomicLong();

    /** Drops what a crash has left. */
    TableFiles(Database database, Path staging, Keeper keeper) {
        this.database = database;
        this.staging = staging;
        this.keeper = keeper;
        database.scan(Family.RECORDS, new byte[] {TABLE}, new byte[] {TABLE + 1}, (key, value) -> {
            long first = ByteBuffer.wrap(key, 1, Long.BYTES).getLong();
            count(null, Table.decode(first, value));
            tables.put(first, Table.decode(first, value));
            return true;
        });
        sweep();
    }

    private void sweep() {
        int swept = 0;
        for (Map.Entry<Long, Path> found : database.tables().entrySet()) {
            if (!tables.containsKey(found.getKey())) {
                // Nothing else has rows from its first to the next file's first.
                Long next = tables.higherKey(found.getKey());
                drop(found.getKey(), next == null ? Long.MAX_VALUE : next - 1);
                swept++;
            }
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(staging)) {
            for (Path file : left) {
                Files.delete(file);
                swept++;
            }
        } catch (IOException e) {
            throw Faults.of(staging, "deleting unfinished blobs", e);
        }
        if (swept > 0) {
            log.info("unfinished blobs removed count={}", swept);
        }
    }

    /** A new file, outside the database, for a blob or a group that begins with this id. */
    TableWriter begin(long first) {
        return database.tableWriter(staging.resolve(Long.toHexString(first) + SUFFIX));
    }

    /** Makes a finished file part of the database. It is dropped at the next start unless {@link #change} follows. */
    void ingest(TableWriter finished) {
        database.ingest(finished.file());
    }

    /** Drops an ingested file that got no row, with the ids that it begins and ends with. */
    void giveUp(long first, long last) {
        drop(first, last);
    }

    /** What remains of a blob's file without it; empty when it is in none. */
    Optional<Table> left(BlobInfo info) {
        return info.place().inTable()
                ? Optional.of(
                        Objects.requireNonNull(tables.get(info.place().table())).without(info))
                : Optional.empty();
    }

    /** Adds or changes a file's row, or removes it with its last blob; {@link #changed} follows once the batch is written. */
    void change(Batch batch, Table table) throws RocksDBException {
        if (table.blobs() == 0) {
            batch.delete(Family.RECORDS, key(table.first()));
        } else {
            batch.put(Family.RECORDS, key(table.first()), table.encode());
        }
    }

    /** Drops the file if nothing is left in it, now or with its last reader. */
    void changed(Table table) {
        count(tables.get(table.first()), table);
        if (table.blobs() > 0) {
            tables.put(table.first(), table);
            return;
        }
        doomed.put(table.first(), table);
        tables.remove(table.first());
        dropUnread();
    }

    private void count(@Nullable Table before, Table table) {
        blobs.addAndGet(table.blobs() - (before == null ? 0 : before.blobs()));
        bytes.addAndGet(before == null ? table.bytes() : 0);
    }

    /** The file that a blob lies in; empty when it has been taken off meanwhile. */
    Optional<Table> table(long first) {
        return Optional.ofNullable(tables.get(first));
    }

    boolean isPinned(long id) {
        return pins.containsKey(id);
    }

    /** Keeps the rows of this blob, wherever they are, until {@link #unpin}. */
    void pin(long id) {
        pins.merge(id, 1, Integer::sum);
    }

    /** Lets go; never blocks. */
    void unpin(long id) {
        if (pins.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1) == null) {
            Map.Entry<Long, Table> waiting = doomed.floorEntry(id);
            if (waiting != null && id <= waiting.getValue().last()) {
                keeper.soon(this::dropUnread);
            }
        }
    }

    /** Drops what nobody reads any more, and what could not be dropped before. A file counts until it is gone. */
    private synchronized void dropUnread() {
        for (Table table : doomed.values()) {
            // Who pins it after this look finds no record any more, and reads nothing.
            if (pins.subMap(table.first(), true, table.last(), true).isEmpty()) {
                drop(table.first(), table.last());
                doomed.remove(table.first());
                paths.remove(table.first());
                bytes.addAndGet(-table.bytes());
            }
        }
    }

    private void drop(long first, long last) {
        database.dropTables(Layout.key(first, 0), Layout.key(last, Integer.MAX_VALUE));
    }

    /** The name of a file on the disk, so that it can be read without the database; empty when it is gone. */
    Optional<Path> path(long first) {
        Path known = paths.get(first);
        if (known == null) {
            paths.putAll(database.tables());
            paths.keySet().removeIf(table -> !tables.containsKey(table));
            known = paths.get(first);
        }
        return Optional.ofNullable(known);
    }

    /** Bytes on disk in all files, those included that are dropped with their last reader. */
    long bytes() {
        return bytes.get();
    }

    /** Blobs in all files. */
    long blobs() {
        return blobs.get();
    }

    private static byte[] key(long first) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(TABLE).putLong(first).array();
    }
}
