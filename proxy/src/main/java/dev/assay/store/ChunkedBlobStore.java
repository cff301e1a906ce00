package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs by digest. An info record under one digest, written and synced in one batch with what else the commit needs, makes a blob
 * exist; the rows of its other digests name that one. Changes of records take turns; look-ups never wait for them.
 */
final class ChunkedBlobStore implements BlobStore {
    private static final byte BY_DIGEST = 'd';
    private static final byte RECORD = 'r';
    private static final byte ALIAS = 'a';
    private static final Logger log = LoggerFactory.getLogger(ChunkedBlobStore.class);

    private final Database database;
    private final ChunkRows chunks;
    private final StagingBudget budget;
    private final Object recordLock = new Object();

    ChunkedBlobStore(Database database, StoreOptions options) {
        this.database = database;
        this.chunks = new ChunkRows(database, options.chunkBytes());
        this.budget = new StagingBudget(options);
        int swept = chunks.sweep();
        if (swept > 0) {
            log.info("unfinished blobs removed count={}", swept);
        }
    }

    @Override
    public Optional<Blob> open(Digest digest) {
        Optional<BlobInfo> info = find(digest);
        Optional<Extent> extent = info.flatMap(chunks::acquire);
        if (info.isEmpty() || extent.isEmpty()) {
            return Optional.empty();
        }
        // It may have been forgotten between the two; now that we hold it, it can't be deleted any more.
        if (find(digest).filter(again -> again.id() == info.get().id()).isEmpty()) {
            chunks.release(extent.get());
            return Optional.empty();
        }
        return Optional.of(new ChunkedBlob(this, chunks, info.get(), extent.get()));
    }

    private Optional<BlobInfo> find(Digest digest) {
        Optional<byte[]> row = database.get(Family.BLOBS, key(digest));
        if (row.isPresent() && row.get()[0] == ALIAS) {
            row = database.get(Family.BLOBS, body(row.get()));
        }
        return row.map(bytes -> BlobInfo.decode(body(bytes)));
    }

    @Override
    public StagedBlob stage(long expectedBytes) {
        long room = Math.max(0, expectedBytes);
        budget.reserve(room);
        try {
            return new ChunkedStagedBlob(this, chunks, budget, chunks.create(), room);
        } catch (RuntimeException | Error e) {
            budget.giveBack(room);
            throw e;
        }
    }

    /** Makes the extent a blob, with {@code tail} as its last chunk; or dooms it when there is such a blob already. */
    void commit(Extent extent, long length, ByteBuffer tail, List<Digest> digests) {
        synchronized (recordLock) {
            List<Digest> missing = digests.stream()
                    .distinct()
                    .filter(digest -> find(digest).isEmpty())
                    .toList();
            Optional<BlobInfo> stored =
                    digests.stream().map(this::find).flatMap(Optional::stream).findFirst();
            if (stored.isPresent()) {
                addDigests(stored.get(), length, missing);
                chunks.doom(extent.id);
                return;
            }
            BlobInfo info = new BlobInfo(extent.id, length, extent.chunkBytes, missing);
            database.write(true, batch -> {
                chunks.putLast(batch, extent, (int) ((length - tail.remaining()) / extent.chunkBytes), tail);
                chunks.unmarkScrap(batch, extent.id);
                putRecord(batch, info);
            });
        }
    }

    private void addDigests(BlobInfo stored, long length, List<Digest> missing) {
        if (stored.length() != length) {
            throw new StoreException(
                    Kind.DAMAGED,
                    "a blob of " + length + " bytes has a digest of one that has " + stored.length() + ": "
                            + stored.digests());
        }
        if (!missing.isEmpty()) {
            List<Digest> all = new ArrayList<>(stored.digests());
            all.addAll(missing);
            BlobInfo info = new BlobInfo(stored.id(), stored.length(), stored.chunkBytes(), all);
            database.write(true, batch -> putRecord(batch, info));
        }
    }

    private static void putRecord(Database.Batch batch, BlobInfo info) throws RocksDBException {
        byte[] recordKey = key(info.digests().get(0));
        batch.put(Family.BLOBS, recordKey, prefixed(RECORD, info.encode()));
        for (Digest digest : info.digests().subList(1, info.digests().size())) {
            batch.put(Family.BLOBS, key(digest), prefixed(ALIAS, recordKey));
        }
    }

    @Override
    public void forget(Digest digest) {
        find(digest).ifPresent(this::forget);
    }

    /** Forgets exactly this blob: one stored since under the same digest stays. */
    void forget(BlobInfo info) {
        synchronized (recordLock) {
            Optional<BlobInfo> current = find(info.digests().get(0)).filter(found -> found.id() == info.id());
            if (current.isEmpty()) {
                return;
            }
            database.write(true, batch -> {
                for (Digest digest : current.get().digests()) {
                    batch.delete(Family.BLOBS, key(digest));
                }
                chunks.markScrap(batch, info.id());
            });
        }
        chunks.doom(info.id());
        log.info("blob forgotten digest={} bytes={}", info.digests().get(0), info.length());
    }

    @Override
    public List<Digest> list(@Nullable Digest after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
        }
        List<Digest> found = new ArrayList<>();
        byte[] first = after == null ? new byte[] {BY_DIGEST} : successor(key(after));
        database.scan(Family.BLOBS, first, new byte[] {BY_DIGEST + 1}, (key, value) -> {
            if (value[0] == RECORD) {
                found.add(BlobInfo.decode(body(value)).digests().get(0));
            }
            return found.size() < limit;
        });
        return found;
    }

    private static byte[] key(Digest digest) {
        return prefixed(BY_DIGEST, BlobInfo.encode(digest));
    }

    private static byte[] successor(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static byte[] prefixed(byte type, byte[] body) {
        return ByteBuffer.allocate(1 + body.length).put(type).put(body).array();
    }

    private static byte[] body(byte[] row) {
        return Arrays.copyOfRange(row, 1, row.length);
    }
}
