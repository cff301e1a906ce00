package dev.assay.store;

import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rot in what RocksDB reads and rewrites by itself, where a checksum that does not match stops it. */
class RotTest {
    private static final VersionFloors FLOORS = new VersionFloors(1, "a", 2, "b", 3, 4);
    private static final int STARTS = 3;

    @TempDir
    Path folder;

    /** Leaves a file of each family for each start; with one more, RocksDB rewrites them. */
    private void fill() {
        for (int i = 0; i < STARTS; i++) {
            try (Store store = Store.open(options(folder))) {
                store(store.blobs(), content(i, 3000 + i));
                store.metadata("main").save("timestamp", content(100 + i, 200));
                store.metadata("main").saveFloors(FLOORS);
            }
        }
        Store.open(options(folder)).close();
    }

    @Test
    void rottenSmallBlobKeepsNothingFromOpening() throws IOException {
        fill();
        rot(Arrays.copyOf(content(1, 3001), 100));
        try (Store store = Store.open(options(folder))) {
            assertThat(store.metadata("main").load("timestamp")).isPresent();
            assertThrowsKind(Kind.DAMAGED, () -> read(store.blobs(), sha256(content(1, 3001))));
            assertStores(store, content(1, 3001));
        }
    }

    @Test
    void rottenMetadataIsGivenUpAtTheNextStartAndTheFloorsStayInForce() throws IOException {
        fill();
        rot(Arrays.copyOf(content(100 + STARTS - 1, 200), 100));
        try (Store store = Store.open(options(folder))) {
            assertThrowsKind(Kind.DAMAGED, () -> store.metadata("main").load("timestamp"));
        }
        try (Store store = Store.open(options(folder))) {
            assertThat(store.metadata("main").floors()).isEqualTo(FLOORS);
            assertThat(store.metadata("main").load("timestamp")).isEmpty();
            assertThat(read(store.blobs(), sha256(content(1, 3001)))).isEqualTo(content(1, 3001));
        }
        assertThat(folder.resolve("damaged")).doesNotExist();
    }

    @Test
    void rottenRecordsAreGivenUpAndTheBlobsCanBeStoredAgain() throws IOException {
        fill();
        rot(sha256(content(1, 3001)).bytes());
        for (int start = 0; start < 2; start++) {
            try (Store store = Store.open(options(folder))) {
                store.blobs().open(sha256(content(1, 3001))).ifPresent(Blob::close);
            } catch (StoreException e) {
                assertThat(e.kind()).isEqualTo(Kind.DAMAGED);
            }
        }
        try (Store store = Store.open(options(folder))) {
            for (int i = 0; i < STARTS; i++) {
                assertThat(store.blobs().open(sha256(content(i, 3000 + i)))).isEmpty();
                assertStores(store, content(i, 3000 + i));
            }
            assertThat(store.metadata("main").load("timestamp")).isPresent();
        }
    }

    @Test
    void onceRocksDbRefusesToWriteTheDatabaseSaysSoUntilItIsOpenedAgain() throws IOException {
        fill();
        rot(Arrays.copyOf(content(100, 200), 100));
        int starts = 0;
        while (!refuses()) {
            assertThat(starts++).as("starts until the rot is met").isLessThan(20);
        }
        try (Store store = Store.open(options(folder))) {
            assertStores(store, content(1, 10));
        }
    }

    /** Opens the database once more, writes, and tells whether it came to refuse that. */
    private boolean refuses() {
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            for (int i = 0; i < 30; i++) {
                byte[] value = content(i, 200);
                database.requireWriting();
                try {
                    database.write(true, batch -> {
                        // On both sides of all that is there, or the files are moved unread.
                        batch.put(Family.METADATA, new byte[] {0}, value);
                        batch.put(Family.METADATA, new byte[] {0x7E}, value);
                    });
                } catch (StoreException e) {
                    assertThrowsKind(Kind.NOT_WRITABLE, database::requireWriting)
                            .hasMessageContaining("restart");
                    return true;
                }
            }
            return false;
        }
    }

    private static void assertStores(Store store, byte[] content) {
        Digest digest = store(store.blobs(), content);
        assertThat(read(store.blobs(), digest)).isEqualTo(content);
    }

    /** Flips a bit in the one table file that has these bytes. */
    private void rot(byte[] marker) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder.resolve("db"))) {
            files = all.filter(file -> file.toString().endsWith(".sst")).toList();
        }
        String wanted = new String(marker, StandardCharsets.ISO_8859_1);
        Optional<Path> rotten = Optional.empty();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(wanted);
            if (at >= 0) {
                bytes[at + marker.length / 2] ^= 1;
                Files.write(file, bytes);
                rotten = Optional.of(file);
            }
        }
        assertThat(rotten).isPresent();
    }
}
