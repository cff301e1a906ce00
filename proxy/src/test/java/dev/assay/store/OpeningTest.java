package dev.assay.store;

import static dev.assay.store.TestBlobs.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.store.BlobInfo.Place;
import dev.assay.store.TableFiles.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens a store of which all but the bytes of blobs is there: their records, and their table files with hardly a row in each. Sizes are
 * log-normal: median 100 KB, mean 0.7 MB, at most 200 MB; a file of its own for the 3 % above 4 MiB. 2 GB of them; {@code
 * -Dassay.opening.gigabytes=500} for more, which also prints how long it takes.
 */
class OpeningTest {
    private static final long BYTES = Long.getLong("assay.opening.gigabytes", 2) * 1_000_000_000L;
    private static final long SEED = 11;
    private static final int AT_ONCE = 1000;

    @TempDir
    Path temp;

    private final Random random = new Random(SEED);
    private final List<Table> tables = new ArrayList<>();
    private final List<Digest> digests = new ArrayList<>();
    private long bytes;
    private int group;

    @Test
    void everyBlobIsCountedAndFoundThoughOpeningReadsNoneOfTheirRecords() throws Exception {
        Path folder = temp.resolve("data");
        Store.open(options(folder)).close();
        try (Database database = Database.open(folder.resolve("db"), 32 << 20);
                Keeper keeper = new Keeper()) {
            record(database, new TableFiles(database, folder.resolve("staging"), keeper));
        }
        takeIn(folder.resolve("db"));

        for (int i = 0; i < 3; i++) {
            long begun = System.nanoTime();
            try (Store store = Store.open(options(folder))) {
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                System.out.printf(
                        "%,d bytes, %,d blobs, %,d table files: opened in %d ms, %s%n",
                        bytes, digests.size(), tables.size(), took.toMillis(), resident());
                assertThat(store.figures().bytes()).isEqualTo(bytes);
                assertThat(((DiskBlobStore) store.blobs()).blobs()).isEqualTo(digests.size());
                for (int each = 0; each < digests.size(); each += 97) {
                    store.blobs().open(digests.get(each)).orElseThrow().close();
                }
            }
        }
    }

    private void record(Database database, TableFiles files) {
        BlobRecords records = new BlobRecords(database);
        List<BlobInfo> small = new ArrayList<>();
        while (bytes < BYTES) {
            database.write(false, batch -> {
                for (int i = 0; i < AT_ONCE && bytes < BYTES; i++) {
                    long length = (long) Math.min(200e6, 2000 + Math.exp(11.5 + random.nextGaussian() * 2));
                    if (length > Layout.SMALL_BYTES) {
                        long id = Layout.straightToFile(records.newId());
                        records.put(batch, info(id, length, id));
                        table(batch, files, new Table(id, id, length, 1, length));
                    } else {
                        small.add(info(records.newId(), length, 0));
                        group += (int) length;
                    }
                    if (group >= Layout.GROUP_BYTES) {
                        long first = small.get(0).id();
                        for (BlobInfo each : small) {
                            records.put(batch, each.at(each.id(), new Place(first, 100, 0)));
                        }
                        long last = small.get(small.size() - 1).id();
                        table(batch, files, new Table(first, last, group, small.size(), group));
                        small.clear();
                        group = 0;
                    }
                }
            });
        }
        small.forEach(each -> digests.remove(each.digests().get(0)));
    }

    private BlobInfo info(long id, long length, long table) {
        byte[] name = ByteBuffer.allocate(Long.BYTES).putLong(id).array();
        Digest digest = Digest.of(HashAlgorithm.SHA256, name);
        digests.add(digest);
        return new BlobInfo(id, length, new Place(table, 100, 0), List.of(digest));
    }

    private void table(Database.Batch batch, TableFiles files, Table table) throws RocksDBException {
        files.change(batch, table);
        tables.add(table);
        bytes += table.bytes();
    }

    /** Gives each table row a file, many at once: one by one it takes minutes. */
    private void takeIn(Path folder) throws IOException, RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Tuning tuning = new Tuning(32 << 20);
                RocksDB rocks = RocksDB.open(tuning.database, folder.toString(), tuning.families(), handles)) {
            Path written = Files.createDirectory(temp.resolve("written"));
            for (int from = 0; from < tables.size(); from += AT_ONCE) {
                List<String> names = new ArrayList<>();
                for (Table table : tables.subList(from, Math.min(tables.size(), from + AT_ONCE))) {
                    Path file = written.resolve(Long.toHexString(table.first()) + ".sst");
                    try (TableWriter writer = new TableWriter(file)) {
                        writer.put(table.first(), 0, ByteBuffer.allocateDirect(100));
                        if (table.last() != table.first()) {
                            writer.put(table.last(), 0, ByteBuffer.allocateDirect(100));
                        }
                        long unused = writer.finish();
                    }
                    names.add(file.toString());
                }
                rocks.ingestExternalFile(
                        handles.get(List.of(Family.values()).indexOf(Family.TABLES)), names, tuning.moving);
            }
            handles.forEach(ColumnFamilyHandle::close);
        }
    }

    private static String resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .findFirst()
                .orElse("");
    }
}
