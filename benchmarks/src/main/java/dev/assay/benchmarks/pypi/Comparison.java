package dev.assay.benchmarks.pypi;

import dev.assay.store.FolderMetadataStore;
import dev.assay.trust.TrustOptions;
import dev.assay.tuf.TargetPath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints what our client and python-tuf's take for the same, one after the other, each in a process that has started already. Both keep
 * their metadata in a folder, as {@code assay tuf} does. CPU time, all threads: with what the JVM spends on collecting, and in the first run,
 * which comes before ours has warmed up, on compiling.
 */
final class Comparison {
    private static final int RUNS = 7;
    /** Before the runs that count but after the first, so that the compiler is done: what a proxy does in its first minutes. */
    private static final int WARM_PATHS = 600;

    private static final int WARM_REFRESHES = 30;
    private static final int PATHS = 20;
    private static final int HOT = 1_000_000;
    private static final int CHANGED = 174;
    private static final double WANTED = 10;

    private final IndexProcess index;
    private final PythonTuf python;
    private final Path folder;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    private Comparison(IndexProcess index, PythonTuf python, Path folder) {
        this.index = index;
        this.python = python;
        this.folder = folder;
    }

    /** {@code FOLDER PYTHON SCRIPT TARGETS prefix|succinct}. */
    public static void main(String[] args) throws Exception {
        int targets = Integer.parseInt(args[3]);
        Path folder = Path.of(args[0]);
        System.err.println("the index hashes its paths");
        try (IndexProcess index = IndexProcess.start(targets, args[4], folder);
                PythonTuf python = new PythonTuf(Path.of(args[1]), Path.of(args[2]), index)) {
            Comparison comparison = new Comparison(index, python, folder);
            for (int run = 0; run < RUNS; run++) {
                Scale.progress("runs", run, RUNS);
                comparison.run(run);
                if (run == 0) {
                    comparison.warmUp();
                }
            }
            Scale.progress("runs", RUNS, RUNS);
            System.out.printf(Locale.ROOT, "%,d targets in 16,384 bins (%s), %d runs.%n%n", targets, args[4], RUNS);
            System.out.println(
                    "| CPU ms, median of the warm runs | python-tuf " + python.version() + " | Assay | times as fast "
                            + "| Assay, first run of its JVM | times as fast |\n|---|---|---|---|---|---|");
            comparison.rows.forEach((what, row) -> System.out.println(row.text(what)));
            Row whole = comparison.whole();
            System.out.println(whole.text("**all of these, each path once**"));
            System.exit(whole.ratio() < WANTED ? 1 : 0);
        }
    }

    private void run(int run) throws Exception {
        List<String> paths = new ArrayList<>();
        for (int bin = 0; bin < PATHS; bin++) {
            paths.add(index.someone(run * PATHS + bin));
        }
        List<String> first = paths.subList(0, 1);
        Path ours = folder.resolve("assay-" + run);
        Path theirs = folder.resolve("python-tuf-" + run);

        try (FolderMetadataStore store = new FolderMetadataStore(ours);
                Client client = new Client(index, TrustOptions.DEFAULTS, store)) {
            row("first start, nothing stored", 1, python.start(theirs), 1, client::refresh);
            row(
                    "the first path: the role `bins`, then its bin",
                    1,
                    python.resolve(first),
                    1,
                    () -> resolve(client, first));
            row("a path in a cold bin", PATHS, python.resolve(paths), PATHS, () -> resolve(client, paths));
            row("a path in a hot bin", PATHS, python.resolve(paths), HOT, () -> find(client, paths));
            index.publish(CHANGED);
            row("refresh, new snapshot (python-tuf: a new Updater)", 1, python.start(theirs), 1, client::refresh);
        }
        index.publish(CHANGED);
        row("start over what is stored, new snapshot", 1, python.start(theirs), 1, () -> restart(ours));
        row("start over what is stored, nothing new", 1, python.start(theirs), 1, () -> restart(ours));
    }

    private void warmUp() throws Exception {
        try (FolderMetadataStore store = new FolderMetadataStore(folder.resolve("assay-warm"));
                Client client = new Client(index, TrustOptions.DEFAULTS, store)) {
            client.refresh();
            for (int i = 0; i < WARM_PATHS; i++) {
                String path = index.someone(RUNS * PATHS + i);
                require(client.resolve(path), path);
            }
        }
        for (int i = 0; i < WARM_REFRESHES; i++) {
            index.publish(CHANGED);
            restart(folder.resolve("assay-warm"));
        }
    }

    /** Adds what one such operation took each. */
    private void row(String what, int theirOperations, Duration theirs, int ourOperations, Costs.Work work)
            throws Exception {
        Row row = rows.computeIfAbsent(what, name -> new Row(theirOperations, new ArrayList<>(), new ArrayList<>()));
        row.theirs.add(theirs.toNanos() / 1e6 / theirOperations);
        row.ours.add(Costs.of(index, work).cpu().toNanos() / 1e6 / ourOperations);
    }

    private void restart(Path stored) throws Exception {
        try (FolderMetadataStore store = new FolderMetadataStore(stored);
                Client client = new Client(index, TrustOptions.DEFAULTS, store)) {
            client.refresh();
        }
    }

    private static void resolve(Client client, List<String> paths) throws Exception {
        for (String path : paths) {
            require(client.resolve(path), path);
        }
    }

    private static void find(Client client, List<String> paths) throws Exception {
        Instant now = Instant.now();
        List<TargetPath> targets = paths.stream().map(TargetPath::new).toList();
        for (int i = 0; i < HOT; i++) {
            TargetPath path = targets.get(i % targets.size());
            require(client.isSigned(path, now), path.value());
        }
    }

    private static void require(boolean signed, String path) {
        if (!signed) {
            throw new IllegalStateException(path + " is not signed");
        }
    }

    /** Every operation as often as python-tuf did it, run by run. */
    private Row whole() {
        Row whole = new Row(1, new ArrayList<>(), new ArrayList<>());
        for (int run = 0; run < RUNS; run++) {
            double theirs = 0;
            double ours = 0;
            for (Row row : rows.values()) {
                theirs += row.theirs.get(run) * row.operations;
                ours += row.ours.get(run) * row.operations;
            }
            whole.theirs.add(theirs);
            whole.ours.add(ours);
        }
        return whole;
    }

    /** What one operation took, run by run, in milliseconds. */
    private record Row(int operations, List<Double> theirs, List<Double> ours) {
        /** Of the runs after the first. */
        private static double median(List<Double> values) {
            return values.stream().skip(1).sorted().toList().get((values.size() - 1) / 2);
        }

        double ratio() {
            return median(theirs) / median(ours);
        }

        String text(String what) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %,.3f | %,.3f | %,.1f | %,.3f | %,.1f |",
                    what,
                    median(theirs),
                    median(ours),
                    ratio(),
                    ours.get(0),
                    theirs.get(0) / ours.get(0));
        }
    }
}
