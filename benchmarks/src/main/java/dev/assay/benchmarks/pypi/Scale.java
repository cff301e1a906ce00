package dev.assay.benchmarks.pypi;

import dev.assay.trust.TrustOptions;
import dev.assay.tuf.TargetPath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;

/** Prints what a PyPI of a given size costs, as tables in Markdown; progress goes to standard error. */
final class Scale {
    private static final int BINS = 16_384;
    private static final int MEMORY_TARGETS = 2_000_000;
    private static final int RUNS = 9;
    private static final int LOOKUPS = 1_000_000;
    private static final int CHANGED = 174;
    private static final TrustOptions UNBOUNDED = unbounded(TrustOptions.DEFAULTS);

    private final Path folder;

    private Scale(Path folder) {
        this.folder = folder;
    }

    /** {@code FOLDER LAUNCHER TARGETS prefix|succinct PARTS}. */
    public static void main(String[] args) throws Exception {
        Scale scale = new Scale(Path.of(args[0]));
        int targets = Integer.parseInt(args[2]);
        String bins = args[3];
        Pattern parts = Pattern.compile(args[4]);
        System.out.println("### " + number(targets) + " targets in 16,384 bins (" + bins + ")\n");
        System.err.println("the index hashes its paths");
        try (IndexProcess index = IndexProcess.start(targets, bins, scale.folder)) {
            if (asked(parts, "client") || asked(parts, "proxy")) {
                System.out.println("| | ms | CPU ms | bytes sent (gzip) | bytes decoded |\n|---|---|---|---|---|");
            }
            if (asked(parts, "client")) {
                scale.client(index);
            }
            if (asked(parts, "proxy")) {
                ProxyProcess.rows(index, Path.of(args[1]), scale.folder).forEach(System.out::println);
            }
            if (asked(parts, "memory")) {
                scale.memory(index, bins);
            }
            if (asked(parts, "sites")) {
                System.out.println("\n" + new Sites(index, new Population(targets), UNBOUNDED).table());
            }
        }
        if (asked(parts, "pep458")) {
            System.out.println(Pep458.table(Pep458.OF_2019, new Pep458(targets, Pep458.OF_2019.downloaded(), BINS)));
        }
        System.exit(0);
    }

    private static boolean asked(Pattern parts, String part) {
        return parts.matcher(part).matches();
    }

    private static String number(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void memory(IndexProcess index, String bins) throws Exception {
        System.out.println("\n| bins loaded | heap, MiB | resident, MiB |\n|---|---|---|");
        memory(index, "of %,d, default `trust.max-loaded`", TrustOptions.DEFAULTS);
        try (IndexProcess small = IndexProcess.start(MEMORY_TARGETS, bins, folder)) {
            memory(small, "of %,d, with " + number(MEMORY_TARGETS) + " targets, no bound", UNBOUNDED);
        }
    }

    private static TrustOptions unbounded(TrustOptions options) {
        return new TrustOptions(
                options.rootMaxBytes(),
                options.timestampMaxBytes(),
                options.snapshotMaxBytes(),
                options.targetsMaxBytes(),
                options.maxDelegations(),
                options.maxRootRotations(),
                Long.MAX_VALUE,
                options.schemes());
    }

    private void client(IndexProcess index) throws Exception {
        String page = index.someone(0);
        Costs.Work nothing = () -> {};
        System.out.println(Costs.median(index, RUNS, nothing, () -> {
                    try (Client fresh = new Client(index, UNBOUNDED)) {
                        fresh.refresh();
                    }
                })
                .row("first start of the client to a verified set"));
        try (Client client = new Client(index, UNBOUNDED)) {
            client.refresh();
            System.out.println(
                    Costs.median(index, RUNS, nothing, client::refresh).row("refresh, nothing new"));
            System.out.println(Costs.median(index, RUNS, () -> index.publish(CHANGED), client::refresh)
                    .row("refresh, new snapshot"));
            System.out.println(
                    Costs.of(index, () -> client.resolve(page)).row("the first path: the role `bins`, then its bin"));
            int[] bin = {1};
            String[] path = {""};
            System.out.println(Costs.median(
                            index, RUNS * 5, () -> path[0] = index.someone(bin[0]++), () -> client.resolve(path[0]))
                    .row("a path in a cold bin"));
            TargetPath hot = new TargetPath(page);
            Instant now = Instant.now();
            System.out.println(Costs.of(index, () -> {
                        for (int i = 0; i < LOOKUPS; i++) {
                            if (!client.isSigned(hot, now)) {
                                throw new IllegalStateException(page + " is not signed");
                            }
                        }
                    })
                    .row(String.format(Locale.ROOT, "a path in a hot bin, %,d times", LOOKUPS)));
        }
    }

    private void memory(IndexProcess index, String what, TrustOptions options) throws Exception {
        try (Client client = new Client(index, options)) {
            client.refresh();
            row(0, what);
            for (int bin = 0; bin < BINS; bin++) {
                client.resolve(index.someone(bin));
                if (bin + 1 == 100 || bin + 1 == 1000 || bin + 1 == BINS) {
                    row(bin + 1, what);
                }
                progress("loading bins", bin + 1, BINS);
            }
        }
    }

    private static void row(int bins, String what) throws Exception {
        long heap = Costs.heapMiB();
        System.out.printf(
                Locale.ROOT,
                "| %,d %s | %,d | %,d |%n",
                bins,
                String.format(Locale.ROOT, what, BINS),
                heap,
                Costs.residentMiB(ProcessHandle.current().pid()));
    }

    private static long told;

    /** A line on standard error, once a second at most. */
    static void progress(String what, int done, int all) {
        if (done == all || System.nanoTime() - told > Duration.ofSeconds(1).toNanos()) {
            told = System.nanoTime();
            System.err.printf("\r%s: %d of %d%s", what, done, all, done == all ? "\n" : "");
        }
    }
}
