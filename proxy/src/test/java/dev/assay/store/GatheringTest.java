package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.blake2b;
import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.end;
import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.store;
import static dev.assay.store.TestBlobs.storedBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.crypto.Digest;
import dev.assay.store.StoreException.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatheringTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    @TempDir
    Path folder;

    private final Keeper keeper = new Keeper();
    private Store store;
    private DiskBlobStore blobs;

    @BeforeEach
    void openStore() {
        store = Store.open(options(folder));
        blobs = (DiskBlobStore) store.blobs();
    }

    @AfterEach
    void closeStore() {
        keeper.close();
        store.close();
    }

    @Test
    void enoughBlobsAreWrittenToOneTableFile() throws Exception {
        Gathering gathering = gathering(NEVER);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (int seed = 0; seed < Gathering.ENOUGH_CHUNKS / 2; seed++) {
            assertThat(stored).noneMatch(CompletableFuture::isDone);
            stored.add(add(gathering, content(seed, CHUNK + 1 + seed)));
        }
        await(stored);
        assertThat(gathering.bytes()).isZero();
        for (int seed = 0; seed < stored.size(); seed++) {
            byte[] content = content(seed, CHUNK + 1 + seed);
            assertThat(info(content).place().table())
                    .isEqualTo(info(content(0, CHUNK + 1)).id());
            assertThat(read(blobs, sha256(content))).isEqualTo(content);
        }
    }

    @Test
    void littleMemoryIsEnoughForSmallerFiles() {
        assertThat(Gathering.enoughChunks(Long.MAX_VALUE)).isEqualTo(Gathering.ENOUGH_CHUNKS);
        assertThat(Gathering.enoughChunks(128 << 20)).isEqualTo(8);
        assertThat(Gathering.enoughChunks(1)).isEqualTo(Layout.SMALL_CHUNKS);
    }

    @Test
    void blobsWaitForOthersNoLongerThanThePatience() throws Exception {
        byte[] content = content(1, (int) Gathering.LITTLE_BYTES);
        await(List.of(add(gathering(AT_ONCE), content)));
        assertThat(info(content).place().inTable()).isTrue();
    }

    @Test
    void fewBytesBecomeYoungRows() throws Exception {
        byte[] content = content(1, (int) Gathering.LITTLE_BYTES - 1);
        await(List.of(add(gathering(AT_ONCE), content)));
        assertThat(info(content).place().inTable()).isFalse();
        assertThat(read(blobs, sha256(content))).isEqualTo(content);
    }

    @Test
    void blobsStayWhereTheyAreInTheFileAfterARestart() throws Exception {
        gatherEight();
        store.close();
        openStore();
        for (int seed = 0; seed < 8; seed++) {
            BlobInfo info = info(content(seed, CHUNK + seed));
            Path table = blobs.tables().path(info.place().table()).orElseThrow();
            try (FileParts parts =
                    BlobFile.open(table, info, 0, info.length(), () -> {}).orElseThrow()) {
                assertThat(BlobHashing.matches(parts, info)).isTrue();
            }
        }
    }

    @Test
    void faultReachesEveryoneAndNothingIsStored() throws Exception {
        Gathering gathering = gathering(NEVER);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (int seed = 0; seed < 5; seed++) {
            stored.add(add(gathering, content(seed, CHUNK)));
        }
        Files.delete(folder.resolve("staging"));
        gathering.flush();
        Files.createDirectory(folder.resolve("staging"));
        for (CompletableFuture<Void> each : stored) {
            assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO));
        }
        assertThat(blobs.list(null, 10)).isEmpty();
        assertThat(store.figures().bytes()).isZero();
        assertThat(gathering.bytes()).isZero();
    }

    @Test
    void faultOfTheProgramReachesEveryoneToo() {
        Gathering gathering = gathering(NEVER);
        CompletableFuture<Void> good = add(gathering, content(1, CHUNK));
        CompletableFuture<Void> bad = new CompletableFuture<>();
        assertThat(gathering.add(new SmallBlob(List.of(), 0, List.of()), failure -> end(bad, failure)))
                .isTrue();
        gathering.flush();
        for (CompletableFuture<Void> each : List.of(good, bad)) {
            assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whoeverFailsWhenToldKeepsTheOthersFromNothing() throws Exception {
        Gathering gathering = gathering(NEVER);
        assertThat(gathering.add(blob(content(1, CHUNK), List.of(sha256(content(1, CHUNK)))), failure -> {
                    throw new IllegalStateException("not my day");
                }))
                .isTrue();
        CompletableFuture<Void> other = add(gathering, content(2, CHUNK));
        gathering.flush();
        await(List.of(other));
    }

    @Test
    void closingStoresWhatIsThereAndTakesNoMore() throws Exception {
        Gathering gathering = gathering(NEVER);
        CompletableFuture<Void> stored = add(gathering, content(1, CHUNK));
        gathering.close();
        await(List.of(stored));
        assertThat(read(blobs, sha256(content(1, CHUNK)))).isEqualTo(content(1, CHUNK));
        assertThat(gathering.add(blob(content(2, 10), List.of(sha256(content(2, 10)))), failure -> {}))
                .isFalse();
    }

    @Test
    void closingTheStoreStoresWhatIsThere() {
        byte[] content = content(1, CHUNK);
        CompletableFuture<Void> stored = TestBlobs.storeWithOthers(blobs, content);
        store.close();
        assertThat(stored).isCompleted();
        openStore();
        assertThat(read(blobs, sha256(content))).isEqualTo(content);
    }

    @Test
    void noMoreIsHeldThanTwoFilesTake() throws Exception {
        Gathering gathering = gathering(NEVER);
        CountDownLatch slow = new CountDownLatch(1);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (int i = 0; i < 2 * Gathering.ENOUGH_CHUNKS; i++) {
            byte[] content = content(i, 300_000);
            CompletableFuture<Void> told = new CompletableFuture<>();
            stored.add(told);
            assertThat(gathering.add(blob(content, List.of(sha256(content))), failure -> {
                        awaitUninterruptibly(slow);
                        end(told, failure);
                    }))
                    .isTrue();
        }
        SmallBlob more = blob(content(99, 10), List.of(sha256(content(99, 10))));
        assertThat(gathering.add(more, failure -> {})).isFalse();
        slow.countDown();
        gathering.flush(); // the first file may have taken more than half, and then too few are left for another
        await(stored);
    }

    @Test
    void sameBlobTwiceIsThereOnceUnderAllDigests() throws Exception {
        byte[] content = content(1, 3 * CHUNK);
        Gathering gathering = gathering(NEVER);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        stored.add(add(gathering, content));
        stored.add(add(gathering, content, List.of(blake2b(content), sha256(content))));
        gathering.flush();
        await(stored);
        assertThat(blobs.blobs()).isEqualTo(1);
        assertThat(read(blobs, blake2b(content))).isEqualTo(content);
        blobs.forget(sha256(content));
        assertThat(blobs.open(blake2b(content))).isEmpty();
        closeStore();
        assertThat(storedBytes(folder)).isZero();
    }

    @Test
    void blobThatIsStoredAlreadyGetsTheDigestsItLacks() throws Exception {
        byte[] content = content(1, 4 * CHUNK);
        store(blobs, content);
        Gathering gathering = gathering(NEVER);
        CompletableFuture<Void> stored = add(gathering, content, List.of(blake2b(content), sha256(content)));
        gathering.flush();
        await(List.of(stored));
        assertThat(read(blobs, blake2b(content))).isEqualTo(content);
        closeStore();
        assertThat(storedBytes(folder)).isEqualTo(content.length);
    }

    @Test
    void forgottenBlobsLeaveHolesUntilTheRestBecomesYoung() throws Exception {
        gatherEight();
        for (int seed = 0; seed < 2; seed++) {
            blobs.forget(sha256(content(seed, CHUNK + seed)));
        }
        assertThat(info(content(7, CHUNK + 7)).place().inTable()).isTrue();
        blobs.forget(sha256(content(2, CHUNK + 2)));
        closeStore();
        openStore();
        for (int seed = 3; seed < 8; seed++) {
            assertThat(info(content(seed, CHUNK + seed)).place().inTable()).isFalse();
            assertThat(read(blobs, sha256(content(seed, CHUNK + seed)))).isEqualTo(content(seed, CHUNK + seed));
        }
        assertThat(blobs.blobs()).isZero();
    }

    @Test
    void fileWithoutARecordIsDroppedAtTheNextStartAndNoOtherIs() throws Exception {
        byte[] young = content(20, 1000);
        byte[] lost = content(21, 4 * CHUNK);
        byte[] later = content(22, 4 * CHUNK);
        gatherEight();
        store(blobs, young);
        Gathering gathering = gathering(NEVER);
        CompletableFuture<Void> first = add(gathering, lost);
        gathering.flush();
        CompletableFuture<Void> second = add(gathering, later);
        gathering.flush();
        await(List.of(first, second));
        blobs.group();
        store.close();
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            BlobRecords records = new BlobRecords(database);
            BlobInfo info = records.find(sha256(lost)).orElseThrow();
            byte[] row = ByteBuffer.allocate(1 + Long.BYTES)
                    .put((byte) 't')
                    .putLong(info.id())
                    .array();
            database.write(true, batch -> {
                records.remove(batch, info);
                batch.delete(Family.RECORDS, row);
            });
        }
        openStore();
        assertThat(blobs.open(sha256(lost))).isEmpty();
        assertThat(read(blobs, sha256(later))).isEqualTo(later);
        assertThat(read(blobs, sha256(young))).isEqualTo(young);
        assertThat(read(blobs, sha256(content(7, CHUNK + 7)))).isEqualTo(content(7, CHUNK + 7));
        closeStore();
        long eight = 8L * CHUNK + 28;
        assertThat(storedBytes(folder)).isEqualTo(eight + young.length + later.length);
    }

    @Test
    void idsInARowAreNobodyElses() {
        BlobRecords records = blobs.records();
        long first = records.newIds(3000);
        assertThat(records.newId()).isEqualTo(first + 3000);
        store.close();
        openStore();
        assertThat(blobs.records().newId()).isGreaterThan(first + 3000);
    }

    /** Stores eight blobs of a chunk or a little more in one file. */
    private void gatherEight() throws Exception {
        Gathering gathering = gathering(NEVER);
        List<CompletableFuture<Void>> stored = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            stored.add(add(gathering, content(seed, CHUNK + seed)));
        }
        gathering.flush();
        await(stored);
    }

    private Gathering gathering(Duration patience) {
        return new Gathering(blobs.commits(), keeper, Gathering.ENOUGH_CHUNKS, Long.MAX_VALUE, patience);
    }

    private static CompletableFuture<Void> add(Gathering gathering, byte[] content) {
        return add(gathering, content, List.of(sha256(content)));
    }

    private static CompletableFuture<Void> add(Gathering gathering, byte[] content, List<Digest> digests) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        assertThat(gathering.add(blob(content, digests), failure -> end(stored, failure)))
                .isTrue();
        return stored;
    }

    private static SmallBlob blob(byte[] content, List<Digest> digests) {
        List<ByteBuffer> chunks = new ArrayList<>();
        for (int at = 0; at < content.length; at += CHUNK) {
            int length = Math.min(CHUNK, content.length - at);
            chunks.add(
                    ByteBuffer.allocateDirect(length).put(content, at, length).flip());
        }
        return new SmallBlob(chunks, content.length, digests);
    }

    private BlobInfo info(byte[] content) {
        return blobs.records().find(sha256(content)).orElseThrow();
    }

    private static void await(List<CompletableFuture<Void>> stored) throws Exception {
        for (CompletableFuture<Void> each : stored) {
            each.get(30, TimeUnit.SECONDS);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
