package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictionTest {
    private static final long MAX = 64L << 20;

    @TempDir
    Path folder;

    @Test
    void storedBytesNeverExceedTheirBoundAndTheDiskAgrees() throws IOException {
        try (Store store = bounded()) {
            for (int seed = 0; seed < 20; seed++) {
                store(store.blobs(), content(seed, 6 * CHUNK + seed));
                assertThat(store.figures().bytes()).isLessThanOrEqualTo(MAX);
                assertThat(tableBytes()).isLessThanOrEqualTo(MAX);
            }
            assertThat(store.figures().evicted()).isGreaterThanOrEqualTo(9);
        }
    }

    @Test
    void blobThatIsAskedForOftenOutlivesThoseThatAreNot() {
        byte[] popular = content(1, 5 * CHUNK);
        try (Store store = bounded()) {
            store(store.blobs(), popular);
            for (int seed = 2; seed < 40; seed++) {
                store(store.blobs(), content(seed, 5 * CHUNK));
                assertThat(read(store.blobs(), sha256(popular))).isEqualTo(popular);
            }
        }
    }

    @Test
    void openBlobIsNotEvictedForOthers() {
        byte[] first = content(1, 5 * CHUNK);
        try (Store store = bounded();
                Blob open = store.blobs().open(store(store.blobs(), first)).orElseThrow()) {
            for (int seed = 2; seed < 30; seed++) {
                store(store.blobs(), content(seed, 5 * CHUNK));
            }
            assertThat(read(open)).isEqualTo(first);
            assertThat(read(store.blobs(), sha256(first))).isEqualTo(first);
        }
    }

    @Test
    void nothingIsStagedWhenAllThatIsStoredIsInUse() {
        List<Blob> open = new ArrayList<>();
        try (Store store = bounded()) {
            for (int seed = 0; seed < 10; seed++) {
                Digest digest = store(store.blobs(), content(seed, 6 * CHUNK));
                open.add(store.blobs().open(digest).orElseThrow());
            }
            assertThrowsKind(Kind.FULL, () -> store.blobs().stage(6 * CHUNK));
            open.forEach(Blob::close);
            store.blobs().stage(6 * CHUNK).release();
        }
    }

    @Test
    void nothingIsEvictedForWhatWouldNotFitAnyway() {
        byte[] stored = content(1, 5 * CHUNK);
        try (Store store = Store.open(options(folder, MAX, 4 * MAX, 0))) {
            store(store.blobs(), stored);
            assertThrowsKind(Kind.FULL, () -> store.blobs().stage(MAX + 1));
            assertThat(read(store.blobs(), sha256(stored))).isEqualTo(stored);
        }
    }

    @Test
    void groupGoesWholeButForWhatIsAskedForMoreOften() {
        byte[] popular = content(1000, 200_000);
        try (Store store = bounded()) {
            store(store.blobs(), popular);
            for (int seed = 0; seed < 20; seed++) {
                store(store.blobs(), content(seed, CHUNK));
                store.blobs().open(sha256(popular)).orElseThrow().close();
            }
            ((DiskBlobStore) store.blobs()).group();
            for (int seed = 200; seed < 212; seed++) {
                store(store.blobs(), content(seed, 5 * CHUNK));
                store.blobs()
                        .open(sha256(content(seed, 5 * CHUNK)))
                        .orElseThrow()
                        .close();
            }
            assertThat(store.blobs().open(sha256(content(5, CHUNK)))).isEmpty();
            assertThat(read(store.blobs(), sha256(popular))).isEqualTo(popular);
        }
    }

    private Store bounded() {
        return Store.open(options(folder, MAX, MAX, 0));
    }

    private long tableBytes() throws IOException {
        long total = 0;
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".sst")).toList()) {
                total += Files.size(file);
            }
        }
        return total;
    }
}
