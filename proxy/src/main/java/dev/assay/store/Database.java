package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.toSet;

import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
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
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Layout.KEY_BYTES));

    /** For so long after a write that the file system refused as read-only, none is begun. */
    private static final Duration TRY_AGAIN = Duration.ofSeconds(10);

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private final Path folder;
    private final Tuning tuning;
    private final RocksDB rocks;
    private final Map<Family, ColumnFamilyHandle> handles;
    private final Leases leases = new Leases();
    /** RocksDB has found damage, and takes no write until it is opened again. */
    private volatile boolean refusing;
    /** The last write that a read-only file system refused. */
    private volatile @Nullable StoreException unwritable;

    private volatile long unwritableNanos;

    private Database(Path folder, Tuning tuning, RocksDB rocks, Map<Family, ColumnFamilyHandle> handles) {
        this.folder = folder;
        this.tuning = tuning;
        this.rocks = rocks;
        this.handles = handles;
    }

    /** Opens the database in an existing folder, creating it where there is none. Gives up what was found damaged before. */
    static Database open(Path folder, long cacheBytes) {
        NativeLibrary.load();
        Tuning tuning = new Tuning(cacheBytes);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            List<ColumnFamilyDescriptor> families = tuning.families();
            families.addAll(retired(folder));
            DamagedFamilies.giveUp(folder, families);
            RocksDB rocks = RocksDB.open(tuning.database, folder.toString(), families, handles);
            Map<Family, ColumnFamilyHandle> byFamily = new EnumMap<>(Family.class);
            for (Family family : Family.values()) {
                byFamily.put(family, handles.get(byFamily.size()));
            }
            for (ColumnFamilyHandle old : handles.subList(byFamily.size(), handles.size())) {
                rocks.dropColumnFamily(old);
                old.close();
            }
            return new Database(folder, tuning, rocks, byFamily);
        } catch (RocksDBException e) {
            tuning.close();
            throw Faults.of(folder, "opening the database", e);
        }
    }

    /** The families of an older format, which RocksDB wants to be named before it drops them. */
    private static List<ColumnFamilyDescriptor> retired(Path folder) throws RocksDBException {
        if (!Files.exists(folder.resolve("CURRENT"))) {
            return List.of();
        }
        Set<String> known = Arrays.stream(Family.values())
                .map(family -> new String(family.label(), US_ASCII))
                .collect(toSet());
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, folder.toString()).stream()
                    .filter(label -> !known.contains(new String(label, US_ASCII)))
                    .map(ColumnFamilyDescriptor::new)
                    .toList();
        }
    }

    Path folder() {
        return folder;
    }

    /** Throws when damage was found that keeps RocksDB from writing, or the file system took nothing a moment ago. */
    void requireWriting() {
        if (refusing) {
            throw new StoreException(
                    Kind.NOT_WRITABLE,
                    "damage was found in " + folder
                            + ", and nothing more is written there (expected: none; restart Assay, which"
                            + " then gives up the damaged rows and fetches again what was in them)");
        }
        StoreException refused = unwritable;
        if (refused != null && System.nanoTime() - unwritableNanos < TRY_AGAIN.toNanos()) {
            throw new StoreException(refused.kind(), String.valueOf(refused.getMessage()), refused);
        }
    }

    private StoreException unreadable(Family family, RocksDBException cause) {
        StoreException fault = Faults.of(folder, "reading", cause);
        if (fault.kind() == Kind.DAMAGED && family != Family.TABLES) {
            DamagedFamilies.note(folder, cause);
        }
        return fault;
    }

    private StoreException refused(String doing, RocksDBException cause) {
        StoreException fault = Faults.of(folder, doing, cause);
        if (fault.kind() == Kind.DAMAGED && !refusing) {
            refusing = true;
            log.warn("the database takes no more writes: restart Assay folder={} cause={}", folder, cause.getMessage());
            DamagedFamilies.note(folder, cause);
        }
        if (fault.kind() == Kind.NOT_WRITABLE) {
            unwritable = fault;
            unwritableNanos = System.nanoTime();
        }
        return fault;
    }

    /** Returns when all that was written is durable. */
    void sync() {
        leases.enter();
        try {
            rocks.syncWal();
        } catch (RocksDBException e) {
            throw refused("syncing the log", e);
        } finally {
            leases.leave();
        }
    }

    Optional<byte[]> get(Family family, byte[] key) {
        leases.enter();
        try {
            return Optional.ofNullable(rocks.get(handle(family), tuning.caching, key));
        } catch (RocksDBException e) {
            throw unreadable(family, e);
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
            throw refused("writing", e);
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
            throw unreadable(family, e);
        } finally {
            leases.leave();
        }
    }

    /** A table file for {@link Family#TABLES}, written outside the database until it is ingested. */
    TableWriter tableWriter(Path file) {
        leases.enter();
        try {
            return new TableWriter(file);
        } finally {
            leases.leave();
        }
    }

    /** Makes a finished table file part of {@link Family#TABLES} by giving it another name; durable on return. */
    void ingest(Path table) {
        leases.enter();
        try {
            rocks.ingestExternalFile(handle(Family.TABLES), List.of(table.toString()), tuning.moving);
        } catch (RocksDBException e) {
            throw refused("taking in a blob", e);
        } finally {
            leases.leave();
        }
    }

    /** Deletes the table files whose rows all lie from {@code from} to {@code to}, both included. */
    void dropTables(byte[] from, byte[] to) {
        leases.enter();
        try {
            rocks.deleteFilesInRanges(handle(Family.TABLES), List.of(from, to), true);
        } catch (RocksDBException e) {
            throw Faults.of(folder, "deleting blobs", e);
        } finally {
            leases.leave();
        }
    }

    /** The table files of {@link Family#TABLES}, by the id of their first row. Costs more the more files there are. */
    Map<Long, Path> tables() {
        leases.enter();
        try {
            Map<Long, Path> tables = new HashMap<>();
            for (LiveFileMetaData file : rocks.getLiveFilesMetaData()) {
                if (Arrays.equals(file.columnFamilyName(), Family.TABLES.label())) {
                    String name = file.fileName().replaceFirst("^/", "");
                    tables.put(Layout.id(file.smallestKey()), folder.resolve(name));
                }
            }
            return tables;
        } finally {
            leases.leave();
        }
    }

    /** Begins to write the rows in memory of a family to its files, and with them lets the log get shorter. */
    void flush(Family family) {
        leases.enter();
        try (FlushOptions options = new FlushOptions().setWaitForFlush(false)) {
            rocks.flush(options, handle(family));
        } catch (RocksDBException e) {
            throw Faults.of(folder, "writing", e);
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
