package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.store.Database.Batch;
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
 * The rows that make blobs exist: an info record under the first digest, a row under each other digest that names the first, and one
 * under its id that does, too. Also hands out ids, each once. Thread-safe, but for the changes of one blob, which the caller makes
 * one at a time.
 */
final class BlobRecords {
    private static final byte BY_DIGEST = 'd';
    private static final byte BY_ID = 'i';
    private static final byte RECORD = 'r';
    private static final byte ALIAS = 'a';
    private static final byte[] NEXT_ID = {'n'};
    private static final int IDS_AT_ONCE = 1024;
    private static final Logger log = LoggerFactory.getLogger(BlobRecords.class);

    private final Database database;
    private long nextId;
    private long reservedIds;

    BlobRecords(Database database) {
        this.database = database;
        nextId = database.get(Family.RECORDS, NEXT_ID)
                .map(bytes -> ByteBuffer.wrap(bytes).getLong())
                .orElse(1L);
        reservedIds = nextId;
    }

    /** A higher id than all before, restarts included. */
    long newId() {
        return newIds(1);
    }

    /** The first of so many in a row, none of which anybody else gets. */
    synchronized long newIds(int count) {
        if (nextId + count > reservedIds) {
            long reserve = nextId + count + IDS_AT_ONCE;
            byte[] value = ByteBuffer.allocate(Long.BYTES).putLong(reserve).array();
            database.write(true, batch -> batch.put(Family.RECORDS, NEXT_ID, value));
            reservedIds = reserve;
        }
        long first = nextId;
        nextId += count;
        return first;
    }

    Optional<BlobInfo> find(Digest digest) {
        Optional<byte[]> row = database.get(Family.RECORDS, key(digest));
        if (row.isPresent() && row.get()[0] == ALIAS) {
            row = database.get(Family.RECORDS, body(row.get()));
        }
        return row.flatMap(BlobRecords::read);
    }

    /** What a record says. One that can't be read is none: its blob is fetched again, and the new record takes its place. */
    private static Optional<BlobInfo> read(byte[] row) {
        try {
            return Optional.of(BlobInfo.decode(body(row)));
        } catch (StoreException e) {
            log.warn("stored file counts as absent cause={}", e.getMessage());
            return Optional.empty();
        }
    }

    /** The blob that has this id now. */
    Optional<BlobInfo> find(long id) {
        return database.get(Family.RECORDS, key(id))
                .flatMap(recordKey -> database.get(Family.RECORDS, recordKey))
                .flatMap(BlobRecords::read)
                .filter(info -> info.id() == id);
    }

    /** Whether this very blob still exists; its bytes may have moved. */
    boolean has(BlobInfo info) {
        return find(info.digests().get(0))
                .filter(found -> found.id() == info.id())
                .isPresent();
    }

    void put(Batch batch, BlobInfo info) throws RocksDBException {
        byte[] recordKey = key(info.digests().get(0));
        batch.put(Family.RECORDS, recordKey, prefixed(RECORD, info.encode()));
        for (Digest digest : info.digests().subList(1, info.digests().size())) {
            batch.put(Family.RECORDS, key(digest), prefixed(ALIAS, recordKey));
        }
        batch.put(Family.RECORDS, key(info.id()), recordKey);
    }

    void remove(Batch batch, BlobInfo info) throws RocksDBException {
        for (Digest digest : info.digests()) {
            batch.delete(Family.RECORDS, key(digest));
        }
        batch.delete(Family.RECORDS, key(info.id()));
    }

    /** Up to {@code limit} records in the order of their first digests, those after {@code after}; null for the beginning. */
    List<BlobInfo> list(@Nullable Digest after, int limit) {
        List<BlobInfo> found = new ArrayList<>();
        byte[] first = after == null ? new byte[] {BY_DIGEST} : successor(key(after));
        database.scan(Family.RECORDS, first, new byte[] {BY_DIGEST + 1}, (key, value) -> {
            if (value[0] == RECORD) {
                read(value).ifPresent(found::add);
            }
            return found.size() < limit;
        });
        return found;
    }

    /** Up to {@code limit} records under digests of one algorithm, those that follow {@code from} in a circle. */
    List<BlobInfo> sample(HashAlgorithm algorithm, byte[] from, int limit) {
        byte[] start = key(new Digest(algorithm, from));
        byte[] least = key(new Digest(algorithm, new byte[algorithm.length()]));
        List<BlobInfo> found = new ArrayList<>();
        int[] looks = {limit * 4};
        Database.RowVisitor visitor = (key, value) -> {
            if (value[0] == RECORD) {
                read(value).ifPresent(found::add);
            }
            return --looks[0] > 0 && found.size() < limit;
        };
        database.scan(Family.RECORDS, start, end(algorithm), visitor);
        if (found.size() < limit && looks[0] > 0) {
            database.scan(Family.RECORDS, least, start, visitor);
        }
        return found;
    }

    /** Behind every key of this algorithm's digests. */
    private static byte[] end(HashAlgorithm algorithm) {
        byte[] most = new byte[algorithm.length()];
        Arrays.fill(most, (byte) 0xFF);
        return successor(key(new Digest(algorithm, most)));
    }

    /** The blobs whose ids lie from {@code first} to {@code last}, both included. */
    List<BlobInfo> between(long first, long last) {
        List<Long> ids = new ArrayList<>();
        database.scan(Family.RECORDS, key(first), key(last + 1), (key, value) -> {
            ids.add(ByteBuffer.wrap(key, 1, Long.BYTES).getLong());
            return true;
        });
        return ids.stream().map(this::find).flatMap(Optional::stream).toList();
    }

    private static byte[] key(long id) {
        return ByteBuffer.allocate(1 + Long.BYTES).put(BY_ID).putLong(id).array();
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
