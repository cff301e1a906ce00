package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamageTest {
    @TempDir
    Path folder;

    @Test
    void rottenChunkIsReportedAndTheBlobCanBeFetchedAgain() throws IOException {
        byte[] content = content(1, 5 * CHUNK);
        Digest digest = storeInTableFiles(content);
        assertThat(flip("sst", Arrays.copyOfRange(content, CHUNK + 100, CHUNK + 164)))
                .isEqualTo(1);
        try (Store store = Store.open(options(folder))) {
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThrowsKind(Kind.DAMAGED, () -> read(blob));
            }
            assertThat(store.blobs().open(digest)).isEmpty();
            store(store.blobs(), content);
            assertThat(read(store.blobs(), digest)).isEqualTo(content);
        }
    }

    @Test
    void rotInOneBlobLeavesTheOthersReadable() throws IOException {
        byte[] other = content(2, 5 * CHUNK);
        Digest otherDigest = storeInTableFiles(other);
        byte[] content = content(3, 5 * CHUNK);
        Digest digest = storeInTableFiles(content);
        assertThat(flip("sst", Arrays.copyOf(content, 64))).isEqualTo(1);
        try (Store store = Store.open(options(folder))) {
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThrowsKind(Kind.DAMAGED, () -> blob.read(0, ByteBuffer.allocateDirect(10)));
            }
            assertThat(read(store.blobs(), otherDigest)).isEqualTo(other);
        }
    }

    @Test
    void missingChunkIsReportedAndTheBlobForgotten() {
        byte[] content = content(4, 5 * CHUNK);
        Digest digest = storeInTableFiles(content);
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            database.dropTables(Layout.key(0, 0), Layout.key(Long.MAX_VALUE, 0));
        }
        try (Store store = Store.open(options(folder))) {
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThrowsKind(Kind.DAMAGED, () -> read(blob));
            }
            assertThat(store.blobs().open(digest)).isEmpty();
        }
    }

    @Test
    void damageInTheMiddleOfTheLogIsRefusedNotRolledBack() throws IOException {
        byte[] first = content(5, CHUNK / 2);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), first);
            store(store.blobs(), content(6, CHUNK / 2));
            store(store.blobs(), content(7, CHUNK / 2));
        }
        assertThat(flip("log", Arrays.copyOf(first, 64))).isEqualTo(1);
        assertThrowsKind(Kind.DAMAGED, () -> Store.open(options(folder))).hasMessageContaining("delete this folder");
    }

    @Test
    void deletingTheDatabaseKeepsTheFloorsInForce() throws IOException {
        VersionFloors floors = new VersionFloors(1, "a", 2, "b", 3, 4);
        try (Store store = Store.open(options(folder))) {
            store.metadata("main").save("timestamp", new byte[] {1});
            store.metadata("main").saveFloors(floors);
        }
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        try (Store store = Store.open(options(folder))) {
            assertThat(store.metadata("main").load("timestamp")).isEmpty();
            assertThat(store.metadata("main").floors()).isEqualTo(floors);
        }
    }

    private Digest storeInTableFiles(byte[] content) {
        Digest digest;
        try (Store store = Store.open(options(folder))) {
            digest = store(store.blobs(), content);
        }
        // Opening replays the log into table files.
        Store.open(options(folder)).close();
        return digest;
    }

    /** Flips one bit in the middle of each occurrence in the database's files of this kind; returns how many there were. */
    private int flip(String suffix, byte[] marker) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder.resolve("db"))) {
            files = all.filter(file -> file.toString().endsWith("." + suffix)).toList();
        }
        int found = 0;
        String wanted = new String(marker, StandardCharsets.ISO_8859_1);
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(wanted);
            if (at >= 0) {
                bytes[at + marker.length / 2] ^= 1;
                Files.write(file, bytes);
                found++;
            }
        }
        return found;
    }
}
