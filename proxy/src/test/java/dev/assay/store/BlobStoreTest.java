package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.blake2b;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.stage;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.TestBlobs.storedBytes;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStoreTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 4 * CHUNK, 4 * CHUNK + 1, 5 * CHUNK, 6 * CHUNK + 17})
    void committedBlobSurvivesRestart(int length) {
        byte[] content = content(1, length);
        Digest digest;
        try (Store store = Store.open(options(folder))) {
            digest = store(store.blobs(), content);
        }
        try (Store store = Store.open(options(folder));
                Blob blob = store.blobs().open(digest).orElseThrow()) {
            assertThat(blob.length()).isEqualTo(length);
            assertThat(read(blob)).isEqualTo(content);
        }
    }

    @Test
    void blobOpensUnderEachOfItsDigests() {
        byte[] content = content(2, 100);
        List<Digest> digests = List.of(sha256(content), blake2b(content));
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content, digests);
            try (Blob blob = store.blobs().open(blake2b(content)).orElseThrow()) {
                assertThat(blob.digests()).isEqualTo(digests);
                assertThat(read(blob)).isEqualTo(content);
            }
        }
    }

    @Test
    void unknownDigestIsAbsent() {
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content(3, 10));
            assertThat(store.blobs().open(sha256(content(4, 10)))).isEmpty();
        }
    }

    @Test
    void anyRangeReadsIntoHeapAndDirectBuffers() {
        long seed = 5;
        byte[] content = content(seed, 5 * CHUNK + 999);
        Random random = new Random(seed);
        try (Store store = Store.open(options(folder));
                Blob blob = store.blobs().open(store(store.blobs(), content)).orElseThrow()) {
            for (int i = 0; i < 200; i++) {
                int from = random.nextInt(content.length);
                int count = 1 + random.nextInt(2 * CHUNK);
                ByteBuffer into = i % 2 == 0 ? ByteBuffer.allocate(count) : ByteBuffer.allocateDirect(count);
                int expected = Math.min(count, content.length - from);
                assertThat(blob.read(from, into))
                        .as("seed %s round %s", seed, i)
                        .isEqualTo(expected);
                byte[] found = new byte[expected];
                into.flip().get(found);
                assertThat(found).isEqualTo(Arrays.copyOfRange(content, from, from + expected));
            }
        }
    }

    @Test
    void readAtTheEndReturnsZeroAndPastItIsRefused() {
        try (Store store = Store.open(options(folder));
                Blob blob =
                        store.blobs().open(store(store.blobs(), content(6, 10))).orElseThrow()) {
            assertThat(blob.read(10, ByteBuffer.allocate(1))).isZero();
            assertThatThrownBy(() -> blob.read(11, ByteBuffer.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("position: 11 (expected: 0 to 10)");
        }
    }

    @Test
    void secondCommitOfADigestKeepsTheFirstAndFreesItself() {
        byte[] content = content(7, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content);
            store(store.blobs(), content);
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        }
        assertThat(storedBytes(folder)).isEqualTo(5 * CHUNK);
    }

    @Test
    void secondCommitAddsTheDigestsThatTheFirstLacked() {
        byte[] content = content(8, 100);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content, List.of(sha256(content)));
            store(store.blobs(), content, List.of(blake2b(content), sha256(content)));
            assertThat(read(store.blobs(), blake2b(content))).isEqualTo(content);
            store.blobs().forget(blake2b(content));
            assertThat(store.blobs().open(sha256(content))).isEmpty();
        }
    }

    @Test
    void digestOfABlobOfAnotherLengthIsRefused() {
        byte[] content = content(9, 100);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content);
            StagedBlob longer = stage(store.blobs(), content(9, 101));
            assertThrowsKind(Kind.DAMAGED, () -> longer.commit(List.of(sha256(content))));
            longer.release();
            assertThat(read(store.blobs(), sha256(content))).isEqualTo(content);
        }
    }

    @Test
    void forgottenBlobIsAbsentUnderAllDigestsAndItsSpaceIsFree() {
        byte[] content = content(10, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), content, List.of(sha256(content), blake2b(content)));
            store.blobs().forget(sha256(content));
            assertThat(store.blobs().open(sha256(content))).isEmpty();
            assertThat(store.blobs().open(blake2b(content))).isEmpty();
        }
        assertThat(storedBytes(folder)).isZero();
    }

    @Test
    void forgottenBlobIsReadToItsEndByThoseWhoHaveItOpen() {
        byte[] content = content(11, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            try (Blob blob = store.blobs().open(digest).orElseThrow()) {
                store.blobs().forget(digest);
                assertThat(read(blob)).isEqualTo(content);
            }
        }
        assertThat(storedBytes(folder)).isZero();
    }

    @Test
    void blobStoredAgainAfterForgettingIsReadable() {
        byte[] content = content(12, 2 * CHUNK + 1);
        try (Store store = Store.open(options(folder))) {
            store.blobs().forget(store(store.blobs(), content));
            Digest digest = store(store.blobs(), content);
            assertThat(read(store.blobs(), digest)).isEqualTo(content);
        }
    }

    @Test
    void listGoesThroughEveryBlobOnce() {
        try (Store store = Store.open(options(folder))) {
            List<Digest> stored = new Random(14)
                    .longs(7)
                    .mapToObj(seed -> {
                        byte[] content = content(seed, 20);
                        store(store.blobs(), content, List.of(sha256(content), blake2b(content)));
                        return sha256(content);
                    })
                    .toList();
            List<Digest> first = store.blobs().list(null, 3);
            List<Digest> second = store.blobs().list(first.get(2), 100);
            assertThat(first).hasSize(3);
            assertThat(second).hasSize(4).doesNotContainAnyElementsOf(first);
            assertThat(stored).containsAll(first).containsAll(second);
        }
    }

    @Test
    void closedBlobThrows() {
        try (Store store = Store.open(options(folder))) {
            Blob blob =
                    store.blobs().open(store(store.blobs(), content(15, 10))).orElseThrow();
            blob.close();
            blob.close();
            assertThrowsKind(Kind.IO, () -> blob.read(0, ByteBuffer.allocate(1)));
        }
    }
}
