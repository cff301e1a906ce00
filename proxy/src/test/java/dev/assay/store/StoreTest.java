package dev.assay.store;

import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.stage;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.StoreException.Kind;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StoreTest {
    @TempDir
    Path temp;

    @Test
    void newFolderIsForItsOwnerOnly() throws IOException {
        Path folder = temp.resolve("data");
        Store.open(options(folder)).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("db"))))
                .isEqualTo("rwx------");
    }

    @Test
    void folderInUseByThisProcessIsLocked() {
        try (Store first = Store.open(options(temp))) {
            assertThrowsKind(Kind.LOCKED, () -> Store.open(options(temp)))
                    .hasMessageContaining(temp.toString())
                    .hasMessageContaining("stop that one first");
            store(first.blobs(), content(1, 10));
        }
        Store.open(options(temp)).close();
    }

    @Test
    void folderInUseByAnotherProcessIsLocked() throws Exception {
        try (ChildProcess child = ChildProcess.start(temp, temp.resolve("data"), 1L << 40)) {
            child.line();
            assertThrowsKind(Kind.LOCKED, () -> Store.open(options(temp.resolve("data"))))
                    .hasMessageContaining("process " + child.pid());
        }
    }

    @Test
    void fileInPlaceOfTheFolderIsNotWritable() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertThrowsKind(Kind.NOT_WRITABLE, () -> Store.open(options(file))).hasMessageContaining("is not a folder");
    }

    @Test
    void folderBelowAFileIsNotWritable() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "x");
        assertThrowsKind(Kind.NOT_WRITABLE, () -> Store.open(options(file.resolve("data"))))
                .hasMessageContaining("can't be written");
    }

    @Test
    void folderThatRefusesNewFilesIsNotWritable() {
        assertThrowsKind(Kind.NOT_WRITABLE, () -> Store.open(options(Path.of("/proc"))))
                .hasMessageContaining("/proc");
    }

    @Test
    void newerFormatIsRefused() throws IOException {
        Store.open(options(temp)).close();
        Files.writeString(temp.resolve("format"), "3\n");
        assertThrowsKind(Kind.TOO_NEW, () -> Store.open(options(temp)))
                .hasMessageContaining("format 3 (expected: at most 2)");
    }

    @Test
    void folderOfFormat1IsMigratedWithoutItsBlobs() throws Exception {
        try (Store store = Store.open(options(temp))) {
            store.metadata("main").save("timestamp", new byte[] {1});
        }
        addFamily("chunks");
        Files.writeString(temp.resolve("format"), "1\n");
        try (Store store = Store.open(options(temp))) {
            assertThat(store.metadata("main").load("timestamp")).contains(new byte[] {1});
        }
        assertThat(temp.resolve("format")).hasContent("2\n");
        assertThat(families()).doesNotContain("chunks");
    }

    private void addFamily(String name) throws RocksDBException {
        List<ColumnFamilyDescriptor> all = new ArrayList<>();
        families().forEach(label -> all.add(new ColumnFamilyDescriptor(label.getBytes(US_ASCII))));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions();
                RocksDB rocks = RocksDB.open(options, temp.resolve("db").toString(), all, handles)) {
            rocks.createColumnFamily(new ColumnFamilyDescriptor(name.getBytes(US_ASCII)))
                    .close();
            handles.forEach(ColumnFamilyHandle::close);
        }
    }

    private List<String> families() throws RocksDBException {
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, temp.resolve("db").toString()).stream()
                    .map(label -> new String(label, US_ASCII))
                    .toList();
        }
    }

    @Test
    void unreadableFormatIsRefused() throws IOException {
        Store.open(options(temp)).close();
        Files.writeString(temp.resolve("format"), "");
        assertThrowsKind(Kind.DAMAGED, () -> Store.open(options(temp)));
    }

    @Test
    void folderWithOtherThingsInItIsLeftAlone() throws IOException {
        Files.writeString(temp.resolve("thesis.tex"), "x");
        assertThrowsKind(Kind.DAMAGED, () -> Store.open(options(temp))).hasMessageContaining("thesis.tex");
    }

    @Test
    void refusedFolderIsNotLeftLocked() throws IOException {
        Path other = Files.writeString(temp.resolve("thesis.tex"), "x");
        assertThrowsKind(Kind.DAMAGED, () -> Store.open(options(temp)));
        Files.delete(other);
        Store.open(options(temp)).close();
    }

    @Test
    void everythingThrowsAfterClose() {
        Store store = Store.open(options(temp));
        byte[] content = content(1, 100_000);
        Blob blob = store.blobs().open(store(store.blobs(), content)).orElseThrow();
        StagedBlob staged = stage(store.blobs(), content(2, 100_000));
        MetadataStore metadata = store.metadata("main");
        store.close();

        assertThrowsKind(Kind.IO, () -> blob.read(0, ByteBuffer.allocate(1)));
        assertThrowsKind(Kind.IO, () -> store.blobs().open(sha256(content)));
        assertThrowsKind(Kind.IO, () -> store.blobs().list(null, 1));
        assertThrowsKind(Kind.IO, () -> staged.read(0, ByteBuffer.allocate(1)));
        assertThrowsKind(Kind.IO, () -> staged.commit(List.of(sha256(content))));
        assertThrowsKind(Kind.IO, () -> metadata.load("snapshot"));
        assertThrowsKind(Kind.IO, () -> metadata.saveFloors(VersionFloors.NONE));
        assertThrowsKind(Kind.IO, () -> store.signedPaths("one").record("a", sha256(content), Instant.EPOCH));
    }

    @Test
    void lettingGoAfterCloseIsQuiet() {
        Store store = Store.open(options(temp));
        Blob blob = store.blobs().open(store(store.blobs(), content(1, 10))).orElseThrow();
        StagedBlob staged = stage(store.blobs(), content(2, 100_000));
        store.close();
        blob.close();
        staged.release();
        store.close();
        Store.open(options(temp)).close();
    }
}
