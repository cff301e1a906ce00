package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.TestBlobs.storedBytes;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where blobs lie, and how their space comes back. */
class TableFilesTest {
    @TempDir
    Path folder;

    @Test
    void smallBlobsShareOneTableFile() {
        try (Store store = Store.open(options(folder))) {
            List<byte[]> contents = storeSmall(store, 60);
            group(store);
            for (byte[] content : contents) {
                assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
            }
        }
        assertThat(tables()).isEqualTo(1);
    }

    @Test
    void youngRowsAreGroupedByThemselvesWhenThereAreEnough() {
        byte[] content = content(1, 4 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            for (int seed = 0; seed < Layout.GROUP_BYTES / content.length; seed++) {
                store(store.blobs(), content(seed, content.length));
            }
        }
        assertThat(tables()).isEqualTo(1);
    }

    @Test
    void blobsThatComeWhileOthersAreGroupedWaitUntilThereAreEnough() {
        try (Store store = Store.open(options(folder))) {
            for (int seed = 0; seed < 3 * Layout.GROUP_BYTES / CHUNK - 1; seed++) {
                store(store.blobs(), content(seed, CHUNK));
            }
        }
        assertThat(tables()).isBetween(1, 2);
    }

    @Test
    void largeBlobHasATableFileOfItsOwn() {
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content(2, 4 * CHUNK + 1));
            store(store.blobs(), content(3, 5 * CHUNK));
        }
        assertThat(tables()).isEqualTo(2);
    }

    @Test
    void blobThatIsOpenWhileItIsGroupedAndForgottenIsReadToItsEnd() {
        byte[] content = content(4, 3 * CHUNK + 1);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                group(store);
                store.blobs().forget(digest);
                assertThat(read(blob)).isEqualTo(content);
            }
        }
        assertThat(storedBytes(folder)).isZero();
    }

    @Test
    void groupOfWhichMostIsForgottenIsGivenUpAndTheRestStaysReadable() {
        byte[] rest;
        try (Store store = Store.open(options(folder))) {
            List<byte[]> contents = storeSmall(store, 20);
            group(store);
            rest = contents.remove(7);
            contents.forEach(content -> store.blobs().forget(sha256(content)));
        }
        assertThat(tables()).isZero();
        try (Store store = Store.open(options(folder))) {
            assertThat(read(store.blobs(), sha256(rest))).isEqualTo(rest);
        }
    }

    @Test
    void emptyBlobAmongThoseOfAGroupIsNoneOfThem() {
        byte[] empty = new byte[0];
        try (Store store = Store.open(options(folder))) {
            List<byte[]> contents = storeSmall(store, 3);
            store(store.blobs(), empty);
            contents.add(content(7, 200));
            store(store.blobs(), content(7, 200));
            group(store);
            contents.forEach(content -> store.blobs().forget(sha256(content)));
            assertThat(read(store.blobs(), sha256(empty))).isEmpty();
        }
        assertThat(tables()).isZero();
    }

    @Test
    void tableFileWithoutARecordIsDroppedAtTheNextStart() {
        byte[] content = content(5, 5 * CHUNK);
        byte[] small = content(6, 100);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), small);
            group(store);
            store(store.blobs(), content);
        }
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            BlobRecords records = new BlobRecords(database);
            BlobInfo info = records.find(sha256(content)).orElseThrow();
            database.write(true, batch -> {
                records.remove(batch, info);
                batch.deleteRange(Family.RECORDS, tableRow(info), new byte[] {'t' + 1});
            });
        }
        try (Store store = Store.open(options(folder))) {
            assertThat(store.blobs().open(sha256(content))).isEmpty();
            assertThat(read(store.blobs(), sha256(small))).isEqualTo(small);
        }
        assertThat(storedBytes(folder)).isEqualTo(small.length);
    }

    @Test
    void fileThatCouldNotBeDroppedStillCounts() throws IOException {
        try (Keeper keeper = new Keeper();
                Database database = Database.open(Files.createDirectory(folder.resolve("db")), 4 << 20)) {
            TableFiles tables = new TableFiles(database, Files.createDirectory(folder.resolve("staging")), keeper);
            TableFiles.Table table = new TableFiles.Table(7, 7, 100, 1, 50);
            tables.changed(table);
            database.close();
            assertThrowsKind(Kind.IO, () -> tables.changed(new TableFiles.Table(7, 7, 100, 0, 0)));
            assertThat(tables.bytes()).isEqualTo(100);
        }
    }

    private static byte[] tableRow(BlobInfo info) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put((byte) 't')
                .putLong(info.id())
                .array();
    }

    private static void group(Store store) {
        ((DiskBlobStore) store.blobs()).group();
    }

    private static List<byte[]> storeSmall(Store store, int count) {
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] content = content(100 + i, 1 + i * 500);
            store(store.blobs(), content);
            contents.add(content);
        }
        return contents;
    }

    private int tables() {
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            return database.tables().size();
        }
    }
}
