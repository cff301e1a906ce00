package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.end;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.stage;
import static dev.assay.store.TestBlobs.storedBytes;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedBlobTest {
    @TempDir
    Path folder;

    @Test
    void stagedBlobIsReadableAsFarAsItReachesAndInvisibleByDigest() {
        byte[] content = content(1, 6 * CHUNK + 100);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            assertThat(staged.size()).isEqualTo(content.length);
            assertThat(readAll(staged, content.length)).isEqualTo(content);
            assertThat(store.blobs().open(sha256(content))).isEmpty();
            staged.release();
        }
    }

    @Test
    void readersFollowTheWriterAndAllGetTheSameBytes() throws Exception {
        byte[] content = content(2, 12 * CHUNK + 123);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = store.blobs().stage(-1);
            List<Future<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                staged.retain();
                readers.add(pool.submit(() -> {
                    byte[] all = readAll(staged, content.length);
                    staged.release();
                    return all;
                }));
            }
            for (int at = 0; at < content.length; at += 30_011) {
                staged.append(content, at, Math.min(30_011, content.length - at));
            }
            staged.commit(List.of(sha256(content)));
            staged.release();
            for (Future<byte[]> reader : readers) {
                assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(content);
            }
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void discardedBlobIsReadableUntilTheLastReaderLetsGo() {
        byte[] content = content(3, 6 * CHUNK + 1);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            staged.retain();
            staged.discard();
            staged.release();
            assertThat(readAll(staged, content.length)).isEqualTo(content);
            staged.release();
        }
        assertThat(storedBytes(folder)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, CHUNK + 1, 4 * CHUNK, 4 * CHUNK + 1, 6 * CHUNK + 100})
    void committedBlobIsReadableUntilTheLastReaderLetsGo(int length) {
        byte[] content = content(5, length);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            staged.retain();
            staged.commit(List.of(sha256(content)));
            staged.release();
            store.blobs().forget(sha256(content));
            assertThat(readAll(staged, length)).isEqualTo(content);
            staged.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Layout.GATHERED_BYTES, 4 * CHUNK, 4 * CHUNK + 1})
    void blobStoredWithOthersCountsOnceAndIsReadableWhoeverReleases(int length) throws Exception {
        byte[] content = content(12, length);
        CompletableFuture<Void> stored = new CompletableFuture<>();
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            staged.retain();
            staged.commit(List.of(sha256(content)), failure -> end(stored, failure));
            staged.release();
            assertThat(readAll(staged, length)).isEqualTo(content);
            assertThat(store.figures().bytes()).isBetween((long) length, length + 2000L);
            stored.get(30, TimeUnit.SECONDS);
            assertThat(store.figures().stagedBytes()).isZero();
            assertThat(readAll(staged, length)).isEqualTo(content);
            staged.release();
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        }
        assertThat(storedBytes(folder)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(ints = {4 * CHUNK + 1, 5 * CHUNK, 6 * CHUNK + 100})
    void completeBlobIsHandedOutFromItsFileBeforeAndAfterItIsCommitted(int length) throws IOException {
        byte[] content = content(11, length);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            assertThat(staged.file(0, length)).isEmpty();
            staged.complete();
            FileParts before = staged.file(CHUNK - 1, length - CHUNK + 1).orElseThrow();
            staged.commit(List.of(sha256(content)));
            staged.release();
            store.blobs().forget(sha256(content));
            assertThat(readAll(before)).isEqualTo(Arrays.copyOfRange(content, CHUNK - 1, length));
            assertThatThrownBy(() -> staged.append(content, 0, 1)).isInstanceOf(IllegalStateException.class);
            before.close();
            assertThatThrownBy(staged::retain).isInstanceOf(IllegalStateException.class);
        }
        assertThat(storedBytes(folder)).isZero();
    }

    private static byte[] readAll(FileParts parts) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) parts.length());
        while (all.hasRemaining()) {
            FileParts.Part part = parts.part(all.position());
            ByteBuffer into = all.slice(all.position(), part.length());
            assertThat(parts.channel().read(into, part.position())).isEqualTo(part.length());
            all.position(all.position() + part.length());
        }
        return all.array();
    }

    @Test
    void blobReleasedWithoutCommitIsDiscarded() {
        try (Store store = Store.open(options(folder))) {
            stage(store.blobs(), content(4, 6 * CHUNK)).release();
        }
        assertThat(storedBytes(folder)).isZero();
    }

    @Test
    void stagedBlobThatIsNeverReleasedIsRemovedAtTheNextStart() {
        try (Store store = Store.open(options(folder))) {
            StagedBlob left = stage(store.blobs(), content(5, 5 * CHUNK));
            assertThat(left.size()).isEqualTo(5 * CHUNK);
        }
        assertThat(folder.resolve("staging")).isNotEmptyDirectory();
        Store.open(options(folder)).close();
        assertThat(folder.resolve("staging")).isEmptyDirectory();
    }

    @Test
    void committedBlobTakesNoMoreBytes() {
        byte[] content = content(6, 10);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            staged.commit(List.of(sha256(content)));
            assertThatThrownBy(() -> staged.append(content, 0, 1)).isInstanceOf(IllegalStateException.class);
            staged.release();
        }
    }

    @Test
    void discardAfterCommitKeepsTheBlob() {
        byte[] content = content(7, CHUNK + 1);
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content);
            staged.commit(List.of(sha256(content)));
            staged.discard();
            staged.release();
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        }
    }

    @Test
    void roomComesBackAlsoWhenTheFileCannotBeDeleted() throws IOException {
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content(10, 6 * CHUNK));
            try (Stream<Path> files = Files.list(folder.resolve("staging"))) {
                Path file = files.findFirst().orElseThrow();
                Files.delete(file);
                Files.createDirectories(file.resolve("in the way"));
            }
            assertThrowsKind(Kind.IO, staged::release);
            assertThat(store.figures().bytes()).isZero();
        }
    }

    @Test
    void moreReleasesThanReferencesIsAnError() {
        try (Store store = Store.open(options(folder))) {
            StagedBlob staged = stage(store.blobs(), content(8, 10));
            staged.release();
            assertThatThrownBy(staged::release).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void stagingBeyondItsBoundIsRefusedAndRoomComesBack() {
        StoreOptions small = options(folder, 1L << 40, 1 << 20, 0);
        try (Store store = Store.open(small)) {
            StagedBlob first = store.blobs().stage(700 << 10);
            assertThrowsKind(Kind.FULL, () -> store.blobs().stage(700 << 10));
            assertThat(store.figures().stagedBytes()).isEqualTo(700 << 10);
            first.release();
            assertThat(store.figures().stagedBytes()).isZero();
            store.blobs().stage(700 << 10).release();
        }
    }

    @Test
    void transferLongerThanExpectedIsHeldToTheBoundToo() {
        StoreOptions small = options(folder, 1L << 40, 4 * CHUNK, 0);
        try (Store store = Store.open(small)) {
            StagedBlob staged = store.blobs().stage(-1);
            byte[] content = content(9, 6 * CHUNK);
            assertThrowsKind(Kind.FULL, () -> staged.append(content, 0, content.length));
            staged.release();
        }
    }

    @Test
    void stagingLeavesTheReserveOfTheDiskAlone() {
        StoreOptions greedy = options(folder, 1L << 40, 1L << 40, Long.MAX_VALUE / 2);
        try (Store store = Store.open(greedy)) {
            assertThrowsKind(Kind.FULL, () -> store.blobs().stage(1));
        }
    }

    private static byte[] readAll(StagedBlob staged, int length) {
        ByteBuffer all = ByteBuffer.allocateDirect(length);
        while (all.hasRemaining()) {
            if (staged.read(all.position(), all) == 0) {
                Thread.onSpinWait();
            }
        }
        byte[] bytes = new byte[length];
        all.flip().get(bytes);
        return bytes;
    }
}
