package dev.assay.benchmarks.pypi;

import dev.assay.benchmarks.MemoryStore;
import dev.assay.trust.Lookup;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.tuf.Delegations.Delegate;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.TrustedSet;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
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
import org.openjdk.jmh.annotations.Warmup;

/** One bin of a thousand targets, as PEP 458 has it: verified, and asked for its paths. Its delegator tells bins by 65,536 prefixes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BinBenchmark {
    private static final int BITS = 10;
    private static final int BIN = 7;
    private static final String ROLE = "bin-007";

    private final Instant now = Instant.now();

    private byte[] bin;
    private Delegate delegate;
    private Updater updater;
    private List<TargetPath> paths;
    private int next;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up
    public BinBenchmark() {}

    /** Computes an index of 1,024 such bins, and loads one. */
    @Setup
    public void index() throws IOException, InvalidMetadataException {
        Population population = new Population(1000 << BITS);
        Bins members = new Bins(population, BITS);
        SimulatedIndex index = new SimulatedIndex(population, members, false);
        byte[] root = index.metadata("1.root.json").orElseThrow();
        bin = index.metadata("1." + ROLE + ".json").orElseThrow();
        byte[] delegator = index.metadata("1.bins.json").orElseThrow();
        delegate = Targets.parse("bins", delegator)
                .delegations()
                .flatMap(bins -> bins.find(ROLE))
                .orElseThrow();
        paths = members.members(BIN)
                .mapToObj(target -> new TargetPath(population.path(target)))
                .toList();
        updater = new Updater(root, (file, maxBytes) -> index.metadata(file), new MemoryStore(), TrustOptions.DEFAULTS);
        updater.refresh(now);
        updater.load(paths.get(0), now);
    }

    /** Its bytes: parsed, put in canonical form, and its signature verified. */
    @Benchmark
    public Targets bin() throws InvalidMetadataException {
        return TrustedSet.delegated(
                ROLE,
                bin,
                delegate.signers(),
                TrustOptions.DEFAULTS.schemes(),
                new MetaFile(1, OptionalLong.empty(), List.of()),
                now);
    }

    /** Each path in turn, as readers ask: all but the first time it is known what was found. */
    @Benchmark
    public Lookup eachPath() throws InvalidMetadataException {
        next = (next + 1) % paths.size();
        return updater.view().find(paths.get(next), now);
    }

    /** Each path in turn, searched for. */
    @Benchmark
    public Lookup eachPathSearched() throws InvalidMetadataException, IOException {
        next = (next + 1) % paths.size();
        return updater.load(paths.get(next), now);
    }
}
