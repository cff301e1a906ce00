package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.flipOneBit;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubberTest {
    @TempDir
    Path folder;

    @Test
    void intactBlobsAreHashedAndStay() {
        byte[] large = content(1, 5 * CHUNK + 3);
        byte[] small = content(2, 100);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), large);
            store(store.blobs(), small);
            round(store);
            assertThat(store.figures().scrubbedBytes()).isEqualTo(large.length + small.length);
            assertThat(store.figures().rotten()).isZero();
            assertThat(read(store.blobs(), sha256(large))).isEqualTo(large);
        }
    }

    @Test
    void rottenBlobIsRemovedAndReportedAndTheNextOneStays() throws IOException {
        byte[] rotten = content(3, 5 * CHUNK);
        byte[] other = content(4, 100);
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), rotten);
            store(store.blobs(), other);
            flipOneBit(folder);
            List<Digest> told = new ArrayList<>();
            store.onRotten(told::addAll);
            round(store);
            assertThat(store.figures().rotten()).isEqualTo(1);
            assertThat(told).containsExactly(sha256(rotten));
            assertThat(store.blobs().open(sha256(rotten))).isEmpty();
            assertThat(read(store.blobs(), sha256(other))).isEqualTo(other);
        }
    }

    @Test
    void blobStoredAnewWhileTheRottenOneIsHashedStays() throws IOException {
        byte[] content = content(6, 5 * CHUNK);
        try (Store store = Store.open(options(folder))) {
            Digest digest = store(store.blobs(), content);
            flipOneBit(folder);
            Scrubber scrubber = ((DiskBlobStore) store.blobs()).scrubber();
            assertThat(scrubber.step()).isZero();
            assertThat(scrubber.step()).isEqualTo(CHUNK);
            store.blobs().forget(digest);
            store(store.blobs(), content);
            round(store);
            assertThat(store.figures().rotten()).isEqualTo(1);
            assertThat(read(store.blobs(), digest)).isEqualTo(content);
        }
    }

    @Test
    void recordThatCannotBeReadIsPassedOverAndReplacedByTheNextCommit() {
        byte[] unreadable = content(7, 300);
        byte[] other = content(8, 400);
        byte[] key = BlobInfo.encode(sha256(unreadable));
        Store.open(options(folder)).close();
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            byte[] row =
                    ByteBuffer.allocate(1 + key.length).put((byte) 'd').put(key).array();
            database.write(true, batch -> batch.put(Family.RECORDS, row, new byte[] {'r', 1, 2}));
        }
        try (Store store = Store.open(options(folder))) {
            store(store.blobs(), other);
            round(store);
            assertThat(store.figures().scrubbedBytes()).isEqualTo(other.length);
            assertThat(store.blobs().open(sha256(unreadable))).isEmpty();
            store(store.blobs(), unreadable);
            assertThat(read(store.blobs(), sha256(unreadable))).isEqualTo(unreadable);
        }
    }

    @Test
    void blobThatCannotBeVerifiedIsClosed() {
        Store store = Store.open(options(folder));
        StoredBlob blob = ((DiskBlobStore) store.blobs())
                .openUncounted(store(store.blobs(), content(9, 300)))
                .orElseThrow();
        store.close();
        assertThrowsKind(Kind.IO, () -> DiskBlobStore.verified(blob)).hasMessage("the store is closed");
        assertThrowsKind(Kind.IO, () -> read(blob)).hasMessage("the blob is closed");
    }

    @Test
    void blobVerifiedOnReadIsAbsentOnceItRots() throws IOException {
        byte[] content = content(5, 5 * CHUNK);
        StoreOptions verifying =
                new StoreOptions(folder, 4 << 20, 1 << 30, 1 << 30, 0, 0, 512, StoreOptions.VerifyOnRead.SHA256);
        try (Store store = Store.open(verifying)) {
            Digest digest = store(store.blobs(), content);
            assertThat(read(store.blobs(), digest)).isEqualTo(content);
            flipOneBit(folder);
            assertThat(store.blobs().open(digest)).isEmpty();
        }
    }

    private static void round(Store store) {
        Scrubber scrubber = ((DiskBlobStore) store.blobs()).scrubber();
        while (scrubber.step() >= 0) {
            Thread.onSpinWait();
        }
    }
}
