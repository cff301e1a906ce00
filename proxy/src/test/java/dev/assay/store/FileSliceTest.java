package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.flipOneBit;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
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
class FileSliceTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {4 * CHUNK + 1, 5 * CHUNK, 6 * CHUNK + 100, 6 * CHUNK + 20_000, 5 * CHUNK + CHUNK - 1})
    void slicesOfALargeBlobAreItsBytes(int length) throws IOException {
        byte[] content = content(1, length);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            awaitSlice(store, digest);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThat(sliced(blob, 0)).isEqualTo(content);
                int middle = 2 * CHUNK + 77;
                assertThat(sliced(blob, middle)).isEqualTo(Arrays.copyOfRange(content, middle, length));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {300_000, CHUNK, CHUNK + 5, 3 * CHUNK + 200, 4 * CHUNK})
    void slicesOfAGroupedBlobAreItsBytes(int length) throws IOException {
        byte[] content = content(2, length);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content(3, 70));
            Digest digest = store(store.blobs(), content);
            store(store.blobs(), content(4, 2 * CHUNK + 9));
            ((DiskBlobStore) store.blobs()).group();
            awaitSlice(store, digest);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThat(sliced(blob, 0)).isEqualTo(content);
            }
        }
    }

    @Test
    void blobIsHashedBeforeItsFirstSlice() {
        byte[] content = content(5, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                assertThat(blob.slice(0, 10)).isEmpty();
            }
        }
    }

    @Test
    void rottenBlobIsForgottenAndNeverSliced() throws IOException {
        byte[] content = content(6, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            flipOneBit(folder);
            long end = System.nanoTime() + DEADLINE.toNanos();
            Optional<Blob> blob = store.blobs().open(digest);
            while (blob.isPresent() && System.nanoTime() < end) {
                try (Blob open = blob.get()) {
                    assertThat(open.slice(0, 10)).isEmpty();
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
            assertThat(SharedFile.open(table, info.at(info.id(), wrong))).isEmpty();
        }
        try (Store store = Store.open(options(folder))) {
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        }
    }

    @Test
    void sliceIsReadToItsEndAfterItsBlobIsForgottenAndDropped() throws IOException {
        byte[] content = content(8, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            awaitSlice(store, digest);
            Blob blob = store.blobs().open(digest).orElseThrow();
            try (FileSlice slice = blob.slice(CHUNK, CHUNK).orElseThrow()) {
                blob.close();
                store.blobs().forget(digest);
                assertThat(bytes(slice)).isEqualTo(Arrays.copyOfRange(content, CHUNK, 2 * CHUNK));
            }
        }
    }

    @Test
    void fileThatCannotBeReadIsClosed() throws IOException {
        BlobInfo info = new BlobInfo(1, 5, new BlobInfo.Place(1, 100, 0), List.of(sha256(content(9, 5))));
        assertThat(SharedFile.open(folder, info)).isEmpty();
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

    private static void awaitSlice(Store store, Digest digest) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        boolean found = false;
        while (!found && System.nanoTime() < end) {
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                Optional<FileSlice> slice = blob.slice(0, 1);
                found = slice.isPresent();
                slice.ifPresent(FileSlice::close);
            }
            Thread.onSpinWait();
        }
        assertThat(found).isTrue();
    }

    private static byte[] sliced(Blob blob, long from) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) (blob.length() - from));
        while (all.hasRemaining()) {
            try (FileSlice slice =
                    blob.slice(from + all.position(), all.remaining()).orElseThrow()) {
                all.put(bytes(slice));
            }
        }
        return all.array();
    }

    private static byte[] bytes(FileSlice slice) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(slice.length());
        assertThat(slice.channel().read(into, slice.position())).isEqualTo(slice.length());
        return into.array();
    }
}
