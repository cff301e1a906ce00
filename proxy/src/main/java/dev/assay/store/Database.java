package dev.assay.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open RocksDB: rows by family, atomic batches, errors as {@link StoreException}. Every native call is made under a lease,
 * so that use after {@link #close} throws. Thread-safe; every method may block on the disk.
 */
final class Database implements AutoCloseable {
    /** No such row, from {@link #read}. */
    static final int ABSENT = RocksDB.NOT_FOUND;

    /** Direct values want direct keys; only chunks have such, and theirs are short. */
    private static final ThreadLocal<ByteBuffer> DIRECT_KEY =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(ChunkRows.KEY_BYTES));

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private final Path folder;
    private final Tuning tuning;
    private final RocksDB rocks;
    private final Map<Family, ColumnFamilyHandle> handles;
    private final Leases leases = new Leases();

    private Database(Path folder, Tuning tuning, RocksDB rocks, Map<Family, ColumnFamilyHandle> handles) {
        this.folder = folder;
        this.tuning = tuning;
        this.rocks = rocks;
        this.handles = handles;
    }

    /** Opens the database in an existing folder, creating it where there is none. */
    static Database open(Path folder, long cacheBytes) {
        NativeLibrary.load();
        Tuning tuning = new Tuning(cacheBytes);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            RocksDB rocks = RocksDB.open(tuning.database, folder.toString(), tuning.families(), handles);
            Map<Family, ColumnFamilyHandle> byFamily = new EnumMap<>(Family.class);
            for (Family family : Family.values()) {
                byFamily.put(family, handles.get(byFamily.size()));
            }
            return new Database(folder, tuning, rocks, byFamily);
        } catch (RocksDBException e) {
            tuning.close();
            throw Faults.of(folder, "opening the database", e);
        }
    }

    Path folder() {
        return folder;
    }

    Optional<byte[]> get(Family family, byte[] key) {
        leases.enter();
        try {
            return Optional.ofNullable(rocks.get(handle(family), tuning.caching, key));
        } catch (RocksDBException e) {
            throw Faults.of(folder, "reading", e);
        } finally {
            leases.leave();
        }
    }

    /**
     * Copies the start of a row's value into {@code into}, as much as fits, and moves its position past it.
     *
     * @param cache whether the row is kept in the block cache: worth it when the rest is wanted next
     * @return the length of the whole value, or {@link #ABSENT}
     */
    int read(Family family, byte[] key, ByteBuffer into, boolean cache) {
        leases.enter();
        try {
            ReadOptions options = cache ? tuning.caching : tuning.passing;
            return into.isDirect() ? readDirect(family, key, into, options) : readHeap(family, key, into, options);
        } catch (RocksDBException e) {
            throw Faults.of(folder, "reading", e);
        } finally {
            leases.leave();
        }
    }

    private int readDirect(Family family, byte[] key, ByteBuffer into, ReadOptions options) throws RocksDBException {
        int length = rocks.get(handle(family), options, direct(key), into.slice());
        if (length != ABSENT) {
            into.position(into.position() + Math.min(length, into.remaining()));
        }
        return length;
    }

    private int readHeap(Family family, byte[] key, ByteBuffer into, ReadOptions options) throws RocksDBException {
        int offset = into.arrayOffset() + into.position();
        int length = rocks.get(handle(family), options, key, 0, key.length, into.array(), offset, into.remaining());
        if (length != ABSENT) {
            into.position(into.position() + Math.min(length, into.remaining()));
        }
        return length;
    }

    /** What fills a batch. */
    interface Change {
        void apply(Batch batch) throws RocksDBException;
    }

    /** Applies all of the change or nothing. It is in the log on return, and with {@code sync} on the disk, with all before it. */
    void write(boolean sync, Change change) {
        leases.enter();
        try (WriteBatch batch = new WriteBatch()) {
            change.apply(new Batch(batch));
            rocks.write(sync ? tuning.synced : tuning.logged, batch);
        } catch (RocksDBException e) {
            throw Faults.of(folder, "writing", e);
        } finally {
            leases.leave();
        }
    }

    /** The changes of one {@link #write}. */
    final class Batch {
        private final WriteBatch batch;

        private Batch(WriteBatch batch) {
            this.batch = batch;
        }

        void put(Family family, byte[] key, byte[] value) throws RocksDBException {
            batch.put(handle(family), key, value);
        }

        /** The value from a direct buffer, from position to limit. */
        void put(Family family, byte[] key, ByteBuffer value) throws RocksDBException {
            batch.put(handle(family), direct(key), value);
        }

        void delete(Family family, byte[] key) throws RocksDBException {
            batch.delete(handle(family), key);
        }

        void deleteRange(Family family, byte[] from, byte[] before) throws RocksDBException {
            batch.deleteRange(handle(family), from, before);
        }
    }

    /** Sees rows in the order of their keys; returns whether to go on. */
    interface RowVisitor {
        boolean visit(byte[] key, byte[] value);
    }

    /** Visits the rows from {@code from} up to and without {@code before}. */
    void scan(Family family, byte[] from, byte[] before, RowVisitor visitor) {
        leases.enter();
        try (Slice bound = new Slice(before);
                ReadOptions options = new ReadOptions().setFillCache(false).setIterateUpperBound(bound);
                RocksIterator rows = rocks.newIterator(handle(family), options)) {
            rows.seek(from);
            while (rows.isValid() && visitor.visit(rows.key(), rows.value())) {
                rows.next();
            }
            rows.status();
        } catch (RocksDBException e) {
            throw Faults.of(folder, "reading", e);
        } finally {
            leases.leave();
        }
    }

    /** Does something with files beside the database, which are ours no longer than it is open. */
    void whileOpen(Runnable action) {
        leases.enter();
        try {
            action.run();
        } finally {
            leases.leave();
        }
    }

    private static ByteBuffer direct(byte[] key) {
        return DIRECT_KEY.get().clear().put(key).flip();
    }

    private ColumnFamilyHandle handle(Family family) {
        return Objects.requireNonNull(handles.get(family));
    }

    /**
     * Waits for those inside, syncs the log and closes. Calls from now on throw. When somebody is still inside at the deadline the
     * native side is left to the end of the process: the log has everything.
     */
    @Override
    public void close() {
        if (!leases.close()) {
            return;
        }
        if (!leases.awaitDrained(CLOSE_DEADLINE)) {
            log.warn("database left open, it is still in use folder={} waited={}", folder, CLOSE_DEADLINE);
            return;
        }
        try {
            rocks.syncWal();
            handles.values().forEach(ColumnFamilyHandle::close);
            rocks.closeE();
        } catch (RocksDBException e) {
            throw Faults.of(folder, "closing the database", e);
        } finally {
            handles.values().forEach(ColumnFamilyHandle::close);
            rocks.close();
            tuning.close();
        }
    }
}
