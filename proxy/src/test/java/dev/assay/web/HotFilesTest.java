package dev.assay.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.SignedFile;
import dev.assay.server.BytesBody;
import dev.assay.server.Response;
import dev.assay.store.Blob;
import dev.assay.store.BlobStore;
import dev.assay.store.StagedBlob;
import dev.assay.store.Store;
import dev.assay.store.StoreOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HotFilesTest {
    @TempDir
    private Path folder;

    private Store store;
    private final HotFiles hot = new HotFiles();

    @BeforeEach
    void open() {
        store = Store.open(StoreOptions.in(folder));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aFileIsTakenUpWhenAskedForTheThirdTime() {
        try (Blob blob = stored(content(1000))) {
            assertThat(hot.of(key(blob), blob)).isEmpty();
            assertThat(hot.of(key(blob), blob)).isEmpty();
            assertThat(hot.of(key(blob), blob)).isPresent();
        }
    }

    @Test
    void aHotFileHasTheStoredBytes() {
        byte[] content = content((int) HotFiles.MAX_FILE_BYTES);
        try (Blob blob = stored(content)) {
            assertThat(bytes(askedOften(blob))).isEqualTo(content);
        }
    }

    @Test
    void aHotFileIsReadFromTheDiskNoMore() {
        byte[] content = content(1000);
        try (Blob blob = stored(content)) {
            askedOften(blob);
            store.close();

            assertThat(bytes(hot.of(key(blob), blob).orElseThrow())).isEqualTo(content);
        }
    }

    @Test
    void aHotFileIsAnsweredWithoutABlobWhereAllThatIsSignedWasVerified() {
        byte[] content = content(1000);
        try (Blob blob = stored(content)) {
            askedOften(blob);

            assertThat(bytes(hot.inMemory(signed(content, key(blob))).orElseThrow()))
                    .isEqualTo(content);
        }
    }

    @Test
    void aHotFileIsNotAnsweredWhereAnotherDigestIsSignedToo() {
        byte[] content = content(1000);
        try (Blob blob = stored(content)) {
            askedOften(blob);

            assertThat(hot.inMemory(signed(content, key(blob), Digest.of(HashAlgorithm.SHA512, content))))
                    .isEmpty();
        }
    }

    @Test
    void theStoreHearsOfAHotFileNowAndThen() {
        byte[] content = content(1000);
        try (Blob blob = stored(content)) {
            askedOften(blob);
            SignedFile file = signed(content, key(blob));

            assertThat(IntStream.range(0, 3 * HotFiles.TELLS_STORE)
                            .filter(i -> hot.inMemory(file).isEmpty()))
                    .hasSize(3);
        }
    }

    @Test
    void oneFileDoesNotMakeAnotherHot() {
        try (Blob often = stored(content(1000));
                Blob once = stored(content(1001))) {
            askedOften(often);

            assertThat(hot.of(key(once), once)).isEmpty();
        }
    }

    @Test
    void aFileAboveTheBoundIsNeverTakenUp() {
        try (Blob blob = stored(content((int) HotFiles.MAX_FILE_BYTES + 1))) {
            for (int i = 0; i < 2 * HotFiles.ASKED; i++) {
                assertThat(hot.of(key(blob), blob)).isEmpty();
            }
        }
    }

    private Response askedOften(Blob blob) {
        for (int i = 1; i < HotFiles.ASKED; i++) {
            assertThat(hot.of(key(blob), blob)).isEmpty();
        }
        return hot.of(key(blob), blob).orElseThrow();
    }

    private static SignedFile signed(byte[] content, Digest... digests) {
        return new SignedFile(
                "packages/x.whl", List.of(digests), OptionalLong.of(content.length), content.length, false, List.of());
    }

    private static Digest key(Blob blob) {
        return blob.digests().get(0);
    }

    private Blob stored(byte[] content) {
        BlobStore blobs = store.blobs();
        Digest digest = Digest.of(HashAlgorithm.SHA256, content);
        StagedBlob staged = blobs.stage(content.length);
        staged.append(content, 0, content.length);
        staged.commit(List.of(digest));
        staged.release();
        return blobs.open(digest).orElseThrow();
    }

    private static byte[] content(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(Response response) {
        BytesBody body = (BytesBody) response.body();
        ByteBuffer all = ByteBuffer.allocate((int) body.length());
        assertThat(body.read(0, all)).isEqualTo(all.capacity());
        return all.array();
    }
}
