package dev.assay.benchmarks;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.Hasher;
import dev.assay.store.Blob;
import dev.assay.store.FileParts;
import dev.assay.store.StagedBlob;
import dev.assay.store.Store;
import dev.assay.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a miss and a hit do with the bytes of a file of 16 MiB, the network left out. The folder is in the page cache. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BlobBenchmark {
    private static final int LENGTH = 16 << 20;
    /** As much as a transfer reads at a time. */
    private static final int PIECE = 128 << 10;
    /** As much as a body is read at a time. */
    private static final int READ = 256 << 10;

    private final byte[] content = new byte[LENGTH];
    private final ByteBuffer into = ByteBuffer.allocateDirect(READ);

    private Path folder;
    private Store store;
    private Digest digest;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up
    public BlobBenchmark() {}

    /** Stores one file. */
    @Setup
    public void open() throws IOException {
        new Random(1).nextBytes(content);
        folder = TemporaryFolder.create();
        store = Store.open(StoreOptions.in(folder));
        digest = hashed();
        StagedBlob staged = staged();
        staged.commit(List.of(digest));
        staged.release();
    }

    /** Removes it. */
    @TearDown
    public void close() throws IOException {
        store.close();
        TemporaryFolder.delete(folder);
    }

    private StagedBlob staged() {
        StagedBlob staged = store.blobs().stage(LENGTH);
        for (int at = 0; at < LENGTH; at += PIECE) {
            staged.append(content, at, PIECE);
        }
        staged.complete();
        return staged;
    }

    /** SHA-256 of all of it, in pieces. */
    @Benchmark
    public Digest hashed() {
        Hasher hasher = new Hasher(List.of(HashAlgorithm.SHA256));
        for (int at = 0; at < LENGTH; at += PIECE) {
            hasher.update(content, at, PIECE);
        }
        return hasher.finish().get(0);
    }

    /** Staged in pieces, complete, and given up: a table file written, not synced. */
    @Benchmark
    public long stagedAndDiscarded() {
        StagedBlob staged = staged();
        long size = staged.size();
        staged.discard();
        staged.release();
        return size;
    }

    /** Opened and read whole, as for TLS. */
    @Benchmark
    public long read() {
        try (Blob blob = store.blobs().open(digest).orElseThrow()) {
            long position = 0;
            while (position < LENGTH) {
                position += blob.read(position, into.clear());
            }
            return position;
        }
    }

    /** Opened, and where it lies in its file found out, as for sendfile: a few of these, and it was hashed before the first. */
    @Benchmark
    public boolean located() {
        try (Blob blob = store.blobs().open(digest).orElseThrow()) {
            return blob.file(0, LENGTH).map(BlobBenchmark::closed).orElse(false);
        }
    }

    private static boolean closed(FileParts parts) {
        parts.close();
        return true;
    }
}
