package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.TestBlobs.storeWithOthers;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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
        try (Store store = Store.open(options(folder, MAX, MAX, 0))) {
            store(store.blobs(), stored);
            assertThrowsKind(Kind.FULL, () -> store.blobs().stage(MAX + 1));
            assertThat(read(store.blobs(), sha256(stored))).isEqualTo(stored);
        }
    }

    @Test
    void ofAGroupOnlyThoseGoThatAreAskedForLeast() {
        List<Digest> popular = new ArrayList<>();
        try (Store store = bounded()) {
            for (int seed = 0; seed < 40; seed++) {
                Digest digest = store(store.blobs(), content(seed, CHUNK));
                if (seed % 8 == 0) {
                    popular.add(digest);
                }
                for (int asked = 0; seed % 8 == 0 && asked < 5; asked++) {
                    store.blobs().open(digest).orElseThrow().close();
                }
            }
            ((DiskBlobStore) store.blobs()).group();
            store.blobs().stage(30L << 20).release();
            assertThat(popular).hasSize(5).allMatch(digest -> isThere(store, digest));
            assertThat(store.figures().bytes()).isLessThanOrEqualTo(34L << 20);
        }
    }

    @Test
    void whatIsStoredOnceMoreOutlivesWhatWasStoredOnce() {
        byte[] again = content(0, CHUNK);
        try (Store store = bounded()) {
            for (int seed = 0; seed < 40; seed++) {
                Digest digest = store(store.blobs(), content(seed, CHUNK));
                if (seed == 0) {
                    store.blobs().forget(digest);
                    store(store.blobs(), again);
                }
            }
            ((DiskBlobStore) store.blobs()).group();
            store.blobs().stage(30L << 20).release();
            assertThat(isThere(store, sha256(again))).isTrue();
        }
    }

    @Test
    void groupOfWhichAQuarterIsGoneIsWrittenAnew() {
        try (Store store = bounded()) {
            List<Digest> stored = new ArrayList<>();
            for (int seed = 0; seed < 40; seed++) {
                stored.add(store(store.blobs(), content(seed, CHUNK)));
            }
            DiskBlobStore blobs = (DiskBlobStore) store.blobs();
            blobs.group();
            store.blobs().stage(40L << 20).release();
            // The store makes some more room in its own time.
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            do {
                blobs.group();
            } while (holes(store, stored) > 0 && System.nanoTime() - deadline < 0);
            assertThat(stored.stream().filter(digest -> isThere(store, digest)).count())
                    .isBetween(12L, 24L);
            assertThat(holes(store, stored)).isNotPositive();
        }
    }

    /** Bytes of table files beyond what is there and a third of that, which may be holes. */
    private static long holes(Store store, List<Digest> stored) {
        long live = stored.stream().filter(digest -> isThere(store, digest)).count();
        return store.figures().bytes() - live * (CHUNK + 1000) * 4 / 3;
    }

    private static boolean isThere(Store store, Digest digest) {
        Optional<Blob> blob = store.blobs().open(digest);
        blob.ifPresent(Blob::close);
        return blob.isPresent();
    }

    @Test
    void whatIsInNoTableFileYetMakesRoomToo() {
        try (Store store = bounded()) {
            for (int seed = 0; seed < 30; seed++) {
                store(store.blobs(), content(seed, CHUNK));
            }
            assertThat(store.figures().evicted()).isZero();
            store.blobs().stage(60L << 20).release();
            assertThat(store.figures().bytes()).isLessThanOrEqualTo(4L << 20);
        }
    }

    @Test
    void whatIsBeingGatheredMakesRoomToo() throws Exception {
        try (Store store = bounded()) {
            List<Future<?>> stored = new ArrayList<>();
            for (int seed = 0; seed < 30; seed++) {
                stored.add(storeWithOthers(store.blobs(), content(seed, CHUNK)));
            }
            store.blobs().stage(60L << 20).release();
            for (Future<?> each : stored) {
                each.get(30, TimeUnit.SECONDS);
            }
            assertThat(store.figures().bytes()).isLessThanOrEqualTo(4L << 20);
            assertThat(tableBytes()).isLessThanOrEqualTo(4L << 20);
        }
    }

    @Test
    void transfersAtOnceNeverTakeMoreThanThereIs() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Store store = bounded();
                Blob held = store.blobs()
                        .open(store(store.blobs(), content(1, 30 * CHUNK)))
                        .orElseThrow()) {
            CyclicBarrier start = new CyclicBarrier(2);
            for (int round = 0; round < 200; round++) {
                CyclicBarrier taken = new CyclicBarrier(2);
                List<Future<Boolean>> both = List.of(
                        pool.submit(() -> staged(store, start, taken)), pool.submit(() -> staged(store, start, taken)));
                assertThat(both.get(0).get() && both.get(1).get())
                        .as("two of 20 MiB beside %d bytes in use, round %d", held.length(), round)
                        .isFalse();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static boolean staged(Store store, CyclicBarrier start, CyclicBarrier taken) throws Exception {
        start.await();
        try {
            StagedBlob staged = store.blobs().stage(20L << 20);
            taken.await();
            staged.release();
            return true;
        } catch (StoreException e) {
            taken.await();
            return false;
        }
    }

    @Test
    void transferThatFindsNoRoomInTimeIsToldSo() throws Exception {
        CountDownLatch choosing = new CountDownLatch(1);
        CountDownLatch chosen = new CountDownLatch(1);
        RandomGenerator slow = () -> {
            choosing.countDown();
            awaitUninterruptibly(chosen);
            return 0;
        };
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (Store store = bounded()) {
            DiskBlobStore blobs = (DiskBlobStore) store.blobs();
            store(blobs, content(1, 60 * CHUNK));
            Eviction eviction = new Eviction(
                    blobs,
                    blobs.records(),
                    options(folder, MAX, MAX, 0),
                    new StagingBudget(MAX),
                    slow,
                    Duration.ofMillis(100));
            Future<?> first = pool.submit(() -> eviction.reserve(10 << 20));
            choosing.await();
            assertThrowsKind(Kind.FULL, () -> eviction.reserve(1)).hasMessageContaining("within PT0.1S");
            chosen.countDown();
            first.get();
        } finally {
            pool.shutdownNow();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
