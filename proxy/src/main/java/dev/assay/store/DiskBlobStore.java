package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import dev.assay.store.TableFiles.Table;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs by digest. A large one is a table file, taken into the database and then made to exist by its record; small ones are {@link
 * Gathering gathered} for one, or made of young rows in one batch with the record, and moved into a file with others later.
 *
 * <p>Look-ups take no lock. {@link Commits} share one as far as they can; whatever changes a table file's row has it alone.
 */
final class DiskBlobStore implements BlobStore {
    private static final int IDLE_BUFFERS = 8;

    private static final Logger log = LoggerFactory.getLogger(DiskBlobStore.class);

    private final Database database;
    private final Path staging;
    private final BlobRecords records;
    private final TableFiles tables;
    private final YoungRows young;
    private final Groups groups;
    private final Keeper keeper;
    private final StagingBudget budget;
    private final Eviction eviction;
    private final Commits commits;
    private final Gathering gathering;
    private final HashedFiles hashed;
    private final Scrubber scrubber;
    private final boolean verifyOnRead;
    private final BufferPool buffers;
    private final ReadWriteLock recordLock = new ReentrantReadWriteLock();

    DiskBlobStore(Database database, Path staging, Keeper keeper, StoreOptions options) {
        this.database = database;
        this.staging = staging;
        this.keeper = keeper;
        this.records = new BlobRecords(database);
        this.tables = new TableFiles(database, staging, keeper);
        long groupBytes = Layout.groupBytes(options.maxBytes());
        this.young = new YoungRows(database, records, tables, keeper, recordLock, groupBytes);
        int gatheredChunks = Gathering.enoughChunks(Runtime.getRuntime().maxMemory());
        // All that the gathering lets go of, at once: what is dropped stays in memory until the collector comes.
        this.buffers = new BufferPool(Layout.CHUNK, IDLE_BUFFERS + 2 * gatheredChunks);
        this.groups = new Groups(this, database, records, tables, young, recordLock, buffers);
        this.budget = new StagingBudget(options.maxStagedBytes());
        this.verifyOnRead = options.verifyOnRead() == StoreOptions.VerifyOnRead.SHA256;
        this.eviction = new Eviction(this, records, options, budget, new SplittableRandom(), Eviction.PATIENCE);
        this.commits = new Commits(database, records, tables, young, eviction, recordLock);
        this.gathering = new Gathering(commits, keeper, gatheredChunks, groupBytes, Gathering.PATIENCE);
        this.hashed = new HashedFiles(this, tables, eviction, keeper, options.maxOpenFiles());
        this.scrubber = new Scrubber(this, keeper, options.scrubBytesPerSecond());
        scrubber.start();
    }

    @Override
    public Optional<Blob> open(Digest digest) {
        Optional<BlobInfo> info = records.find(digest);
        info.ifPresent(eviction::asked);
        Optional<StoredBlob> blob = info.flatMap(this::open);
        return verifyOnRead ? blob.flatMap(DiskBlobStore::verified) : blob.map(found -> found);
    }

    /** The blob once it was hashed; closed, and empty, when it is damaged. */
    static Optional<Blob> verified(StoredBlob blob) {
        boolean intact = false;
        try {
            intact = BlobHashing.matches(blob);
            if (!intact) {
                blob.forgetDamaged();
            }
        } finally {
            if (!intact) {
                blob.close();
            }
        }
        return intact ? Optional.of(blob) : Optional.empty();
    }

    /** Opens a blob for the store's own ends. */
    Optional<StoredBlob> openUncounted(Digest digest) {
        return records.find(digest).flatMap(this::open);
    }

    Optional<StoredBlob> open(BlobInfo info) {
        tables.pin(info.id());
        boolean there = false;
        try {
            // It may have been forgotten before it was pinned; now that it is, its rows stay.
            there = records.has(info);
        } finally {
            if (!there) {
                tables.unpin(info.id());
            }
        }
        return there ? Optional.of(new StoredBlob(this, info)) : Optional.empty();
    }

    void unpin(BlobInfo info) {
        tables.unpin(info.id());
    }

    /** Copies bytes of one chunk into {@code into}, as far as both reach. */
    int read(BlobInfo info, int number, int offset, ByteBuffer into) {
        int length = info.chunkLength(number);
        int wanted = Math.min(length - offset, into.remaining());
        if (offset == 0) {
            check(
                    info,
                    number,
                    readRow(info, number, into.duplicate().limit(into.position() + wanted), wanted < length));
            into.position(into.position() + wanted);
            return wanted;
        }
        ByteBuffer scratch = buffers.take(length);
        try {
            check(info, number, readRow(info, number, scratch, true));
            into.put(scratch.position(offset).limit(offset + wanted));
            return wanted;
        } finally {
            buffers.give(scratch);
        }
    }

    /** A row that was young when its blob was opened may have moved to a table file since. */
    private int readRow(BlobInfo info, int number, ByteBuffer into, boolean cache) {
        byte[] key = Layout.key(info.id(), number);
        int found = info.place().inTable() ? Database.ABSENT : database.read(Family.YOUNG, key, into, cache);
        return found == Database.ABSENT ? database.read(Family.TABLES, key, into, cache) : found;
    }

    private static void check(BlobInfo info, int number, int found) {
        int expected = info.chunkLength(number);
        if (found != expected) {
            String what = found == Database.ABSENT ? "is missing" : "has " + found + " bytes";
            throw new StoreException(
                    Kind.DAMAGED,
                    "chunk " + number + " of blob " + info.digests().get(0) + " " + what + " (expected: " + expected
                            + ")");
        }
    }

    /** Bytes of the blob in its table file, when these may be handed out. */
    Optional<FileParts> openFile(BlobInfo info, long first, long length) {
        return hashed.vouchFor(info) ? hashed.open(info, first, length) : Optional.empty();
    }

    @Override
    public StagedBlob stage(long expectedBytes) {
        if (!Files.isWritable(staging)) {
            throw new StoreException(
                    Kind.NOT_WRITABLE,
                    staging + " can't be written (expected: a folder on a disk that is mounted for writing)");
        }
        database.requireWriting();
        long room = Math.max(0, expectedBytes);
        reserve(room);
        StagedFile staged = new StagedFile(this, database, buffers, room);
        if (room > Layout.SMALL_BYTES) {
            begin(staged);
        }
        return staged;
    }

    private static void begin(StagedFile staged) {
        try {
            staged.begin();
        } catch (RuntimeException | Error e) {
            staged.release();
            throw e;
        }
    }

    /** Takes room on the disk, from other blobs if need be, until it is given back. */
    void reserve(long room) {
        eviction.reserve(room);
        if (eviction.isRoomShort()) {
            keeper.soon(eviction::makeRoomAhead);
        }
    }

    void giveBack(long room) {
        budget.giveBack(room);
    }

    /** Bytes on disk in blobs, stored or staged, and in what is to be deleted. */
    long bytes() {
        // In the order in which bytes move on, so that none is missed on its way.
        return budget.used() + gathering.bytes() + young.bytes() + tables.bytes();
    }

    /** How many blobs lie in table files. */
    long blobs() {
        return tables.blobs();
    }

    /** Whether deleting a blob now gives space back. */
    boolean isEvictable(BlobInfo info) {
        return info.place().inTable() && !tables.isPinned(info.id());
    }

    /**
     * Forgets a blob that is in a table file. A small one leaves a hole there, and once there are enough of them the file is given up. After a
     * crash it may be back.
     */
    void evict(BlobInfo victim) {
        remove(victim, false).filter(Table::isHollow).ifPresent(left -> clear(left.first()));
    }

    /** Moves what is gathered and young rows to table files, from where they can be evicted; false when there is nothing. */
    boolean groupYoung() {
        boolean any = young.bytes() > 0 || gathering.bytes() > 0;
        if (any) {
            gathering.flush();
            group();
        }
        return any;
    }

    long newFileId() {
        return Layout.straightToFile(records.newId());
    }

    TableWriter newFile(long id) {
        return tables.begin(id);
    }

    @Override
    public void forget(Digest digest) {
        for (Optional<BlobInfo> found = records.find(digest); found.isPresent(); found = records.find(digest)) {
            forget(found.get()); // and once more when it was moved to another place meanwhile
        }
        database.sync(); // an eviction that left a hole is not
    }

    /** Forgets exactly this blob: one stored since under the same digest stays. */
    void forget(BlobInfo info) {
        remove(info, true).filter(Table::isHollow).ifPresent(left -> keeper.soon(() -> clear(left.first())));
    }

    /** Returns what is left of its table file. */
    private Optional<Table> remove(BlobInfo info, boolean sync) {
        recordLock.writeLock().lock();
        try {
            Optional<BlobInfo> current = records.find(info.digests().get(0)).filter(found -> found.id() == info.id());
            if (current.isEmpty()) {
                return Optional.empty();
            }
            Optional<Table> left = tables.left(current.get());
            database.write(sync || left.filter(table -> table.blobs() == 0).isPresent(), batch -> {
                records.remove(batch, current.get());
                if (left.isPresent()) {
                    tables.change(batch, left.get());
                }
            });
            forgotten(current.get());
            left.ifPresent(tables::changed);
            return left.filter(table -> table.blobs() > 0);
        } finally {
            recordLock.writeLock().unlock();
        }
    }

    /** After its record is gone. */
    void forgotten(BlobInfo info) {
        hashed.forget(info.id());
        log.debug("blob forgotten digest={} bytes={}", info.digests().get(0), info.length());
    }

    /** Writes the young rows out as one table file. */
    void group() {
        young.group();
    }

    /** Moves what is left in a group to the young rows, so that its file can be dropped. */
    private void clear(long first) {
        tables.table(first).filter(Table::isHollow).ifPresent(groups::dissolve);
    }

    /** What there is, and what became of the rest. */
    StoreFigures figures() {
        return new StoreFigures(
                bytes(),
                budget.used() + gathering.bytes(),
                hashed.openFiles(),
                eviction.evicted(),
                scrubber.hashedBytes(),
                scrubber.rotten());
    }

    /** Ends what is being gathered; the keeper is closed after it. */
    void close() {
        gathering.close();
    }

    Gathering gathering() {
        return gathering;
    }

    Commits commits() {
        return commits;
    }

    TableFiles tables() {
        return tables;
    }

    BlobRecords records() {
        return records;
    }

    Scrubber scrubber() {
        return scrubber;
    }

    @Override
    public List<Digest> list(@Nullable Digest after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        return records.list(after, limit).stream()
                .map(info -> info.digests().get(0))
                .toList();
    }
}
