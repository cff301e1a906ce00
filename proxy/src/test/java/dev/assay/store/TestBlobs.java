package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** What the tests of blobs share: content from a seed, and storing and reading it whole. */
final class TestBlobs {
    static final int CHUNK = Layout.CHUNK;

    private TestBlobs() {}

    static StoreOptions options(Path folder) {
        return options(folder, 1L << 40, 64 << 20, 0);
    }

    static StoreOptions options(Path folder, long maxBytes, long maxStagedBytes, long reserveBytes) {
        return new StoreOptions(
                folder, 4 << 20, maxBytes, maxStagedBytes, reserveBytes, 0, 2, StoreOptions.VerifyOnRead.OFF);
    }

    static byte[] content(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Digest sha256(byte[] content) {
        return Digest.of(HashAlgorithm.SHA256, content);
    }

    static Digest blake2b(byte[] content) {
        return Digest.of(HashAlgorithm.BLAKE2B_256, content);
    }

    /** Stores the content under its SHA-256, appended in pieces of an odd size. */
    static Digest store(BlobStore blobs, byte[] content) {
        Digest digest = sha256(content);
        store(blobs, content, List.of(digest));
        return digest;
    }

    static void store(BlobStore blobs, byte[] content, List<Digest> digests) {
        StagedBlob staged = stage(blobs, content);
        staged.commit(digests);
        staged.release();
    }

    /** As {@link #store}, but it may be gathered: ends when it is stored, or with what kept it from that. */
    static CompletableFuture<Void> storeWithOthers(BlobStore blobs, byte[] content) {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        StagedBlob staged = stage(blobs, content);
        staged.commit(List.of(sha256(content)), failure -> end(stored, failure));
        staged.release();
        return stored;
    }

    /** Fails when it has ended before. */
    static void end(CompletableFuture<Void> stored, Optional<Throwable> failure) {
        boolean first = failure.map(stored::completeExceptionally).orElseGet(() -> stored.complete(null));
        if (!first) {
            throw new IllegalStateException("ended twice");
        }
    }

    static StagedBlob stage(BlobStore blobs, byte[] content) {
        StagedBlob staged = blobs.stage(content.length);
        int piece = 10_007;
        for (int at = 0; at < content.length; at += piece) {
            staged.append(content, at, Math.min(piece, content.length - at));
        }
        return staged;
    }

    static byte[] read(BlobStore blobs, Digest digest) {
        try (Blob blob = blobs.open(digest).orElseThrow()) {
            return read(blob);
        }
    }

    static byte[] read(Blob blob) {
        ByteBuffer all = ByteBuffer.allocate((int) blob.length());
        assertThat(blob.read(0, all)).isEqualTo((int) blob.length());
        return all.array();
    }

    /** Bytes of blobs left in the database of a closed store. */
    static long storedBytes(Path folder) {
        long[] total = {0};
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            for (Family family : List.of(Family.YOUNG, Family.TABLES)) {
                database.scan(family, new byte[0], new byte[] {0x7F}, (key, value) -> {
                    total[0] += value.length;
                    return true;
                });
            }
        }
        return total[0];
    }

    /** In the middle of the longest table file there is. */
    static void flipOneBit(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("db"))) {
            Path table = files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparing(file -> file.toFile().length()))
                    .orElseThrow();
            try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
                file.seek(2 * CHUNK);
                int was = file.read();
                file.seek(2 * CHUNK);
                file.write(was ^ 1);
            }
        }
    }
}
