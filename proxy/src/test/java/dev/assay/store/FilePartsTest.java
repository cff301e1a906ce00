package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.flipOneBit;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.TestBlobs.storedBytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs as they lie in their files. */
class FilePartsTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {4 * CHUNK + 1, 5 * CHUNK, 6 * CHUNK + 100, 6 * CHUNK + 20_000, 5 * CHUNK + CHUNK - 1})
    void partsOfALargeBlobAreItsBytes(int length) throws IOException {
        byte[] content = content(1, length);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            awaitFile(store, digest);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThat(bytes(blob, 0)).isEqualTo(content);
                assertThat(read(blob)).as("read in place of sent").isEqualTo(content);
                int middle = 2 * CHUNK + 77;
                assertThat(bytes(blob, middle)).isEqualTo(Arrays.copyOfRange(content, middle, length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300_000, CHUNK, CHUNK + 5, 3 * CHUNK + 200, 4 * CHUNK})
    void partsOfAGroupedBlobAreItsBytes(int length) throws IOException {
        byte[] content = content(2, length);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content(3, 70));
            Digest digest = store(store.blobs(), content);
            store(store.blobs(), content(4, 2 * CHUNK + 9));
            ((DiskBlobStore) store.blobs()).group();
            awaitFile(store, digest);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThat(bytes(blob, 0)).isEqualTo(content);
            }
        }
    }

    @Test
    void blobIsHashedBeforeItsFileIsHandedOut() {
        byte[] content = content(5, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThat(blob.file(0, 10)).isEmpty();
            }
        }
    }

    @Test
    void fileOfARottenBlobIsNeverHandedOutAndTheBlobForgotten() throws IOException {
        byte[] content = content(6, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            flipOneBit(folder);
            long end = System.nanoTime() + DEADLINE.toNanos();
            Optional<Blob> blob = store.blobs().open(digest);
            while (blob.isPresent() && System.nanoTime() < end) {
                try (Blob open = blob.get()) {
                    assertThat(open.file(0, 10)).isEmpty();
                }
                blob = store.blobs().open(digest);
            }
            assertThat(blob).isEmpty();
        }
    }

    @Test
    void recordThatNamesAWrongPlaceMeansReading() {
        byte[] content = content(7, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content);
        }
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            BlobRecords records = new BlobRecords(database);
            BlobInfo info = records.find(sha256(content)).orElseThrow();
            BlobInfo.Place wrong = new BlobInfo.Place(
                    info.place().table(), info.place().start() + 1, info.place().stride());
            database.write(true, batch -> records.put(batch, info.at(info.id(), wrong)));
            Path table = Objects.requireNonNull(database.tables().get(info.id()));
            assertThat(BlobFile.open(table, info.at(info.id(), wrong), 0, 10, () -> {}))
                    .isEmpty();
        }
        try (Store store = Store.open(options(folder))) {
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        }
    }

    @Test
    void fileIsReadToItsEndAfterItsBlobIsForgotten() throws IOException {
        byte[] content = content(8, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            awaitFile(store, digest);
            Blob blob = store.blobs().open(digest).orElseThrow();
            try (FileParts file = blob.file(CHUNK, 2 * CHUNK).orElseThrow()) {
                blob.close();
                store.blobs().forget(digest);
                assertThat(bytes(file)).isEqualTo(Arrays.copyOfRange(content, CHUNK, 3 * CHUNK));
                assertThat(store.figures().bytes()).as("bytes on disk").isPositive();
            }
        }
        assertThat(storedBytes(folder)).isZero();
    }

    @Test
    void whereTooManyFilesAreOpenTheBlobIsRead() throws IOException {
        byte[] content = content(10, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            awaitFile(store, digest);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                FileParts first = blob.file(0, 10).orElseThrow();
                try (FileParts second = blob.file(0, 10).orElseThrow()) {
                    assertThat(store.figures().openFiles()).isEqualTo(2);
                    assertThat(blob.file(0, 10)).as("a third, of two").isEmpty();
                    assertThat(read(blob)).isEqualTo(content);
                    assertThat(second.length()).isEqualTo(10);
                }
                first.close();
                assertThat(store.figures().openFiles()).isZero();
                assertThat(bytes(blob, 0)).isEqualTo(content);
            }
        }
    }

    @Test
    void fileThatCannotBeReadIsClosed() throws IOException {
        BlobInfo info = new BlobInfo(1, 5, new BlobInfo.Place(1, 100, 0), List.of(sha256(content(9, 5))));
        assertThat(BlobFile.open(folder, info, 0, 5, () -> {})).isEmpty();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.filter(file -> isSame(file, folder))).isEmpty();
        }
    }

    private static boolean isSame(Path file, Path other) {
        try {
            return Files.isSameFile(file, other);
        } catch (IOException e) {
            return false; // the listing itself, closed by now
        }
    }

    private static void awaitFile(Store store, Digest digest) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        boolean found = false;
        while (!found && System.nanoTime() < end) {
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                Optional<FileParts> file = blob.file(0, 1);
                found = file.isPresent();
                file.ifPresent(FileParts::close);
            }
            Thread.onSpinWait();
        }
        assertThat(found).isTrue();
    }

    private static byte[] bytes(Blob blob, long from) throws IOException {
        try (FileParts file = blob.file(from, blob.length() - from).orElseThrow()) {
            return bytes(file);
        }
    }

    private static byte[] bytes(FileParts file) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) file.length());
        while (all.hasRemaining()) {
            FileParts.Part part = file.part(all.position());
            ByteBuffer into = all.slice(all.position(), part.length());
            assertThat(file.channel().read(into, part.position())).isEqualTo(part.length());
            all.position(all.position() + part.length());
        }
        return all.array();
    }
}
