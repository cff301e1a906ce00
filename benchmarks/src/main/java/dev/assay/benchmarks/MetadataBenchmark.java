package dev.assay.benchmarks;

import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.trust.MetadataSource;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
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

/**
 * The top-level roles: from bytes to a verified set. The repository is one of our own authoring with PyPI's 16,384 bins (PEP 458), so
 * its snapshot has as many entries.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MetadataBenchmark {
    private static final int BINS = 16_384;

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private Path folder;
    private byte[] root;
    private byte[] snapshot;
    private MetadataSource source;
    private TrustedSet beforeSnapshot;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up
    public MetadataBenchmark() {}

    /** Authors an empty repository of {@value #BINS} bins. */
    @Setup
    public void author() throws Exception {
        folder = TemporaryFolder.create();
        RepositoryOptions options = new RepositoryOptions(
                3,
                2,
                SignatureScheme.ED25519,
                BINS,
                RepositoryOptions.BinForm.SUCCINCT,
                Duration.ofDays(365),
                Duration.ofDays(7),
                KeyFile.Cost.LOW);
        try (Repository repository = Repository.init(
                folder, options, Passphrases.same("benchmark".toCharArray()), InstantSource.fixed(now))) {
            root = Files.readAllBytes(repository.pinnedRoot());
            Path metadata = repository.publicFolder().resolve("metadata");
            snapshot = Files.readAllBytes(metadata.resolve("1.snapshot.json"));
            source = (fileName, maxBytes) -> read(metadata.resolve(fileName));
        }
        byte[] timestamp = source.fetch("timestamp.json", Integer.MAX_VALUE).orElseThrow();
        beforeSnapshot =
                TrustedSet.pinned(root, TrustOptions.DEFAULTS.schemes()).withTimestamp(timestamp, now);
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    /** Removes the repository. */
    @TearDown
    public void delete() throws IOException {
        TemporaryFolder.delete(folder);
    }

    /** Bytes of a snapshot of 16,384 entries, each with its hash: parsed, put in canonical form, its digest and signature verified. */
    @Benchmark
    public TrustedSet snapshot() throws InvalidMetadataException {
        return beforeSnapshot.withSnapshot(snapshot, now);
    }

    /** The whole client workflow on a first start: root, timestamp, snapshot of 16,384 entries, targets. */
    @Benchmark
    public Updater refreshed() throws InvalidMetadataException, IOException {
        Updater fresh = new Updater(root, source, new MemoryStore(), TrustOptions.DEFAULTS);
        fresh.refresh(now);
        return fresh;
    }
}
