package dev.assay.benchmarks.pypi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What PEP 458 estimates that metadata costs: its table 2 (constants, as of 7 November 2019) and table 3 (formulae). Root, timestamp and
 * targets are left out there, and everything but hashes, paths, lengths, keyids, prefixes and versions too: real files are longer.
 *
 * @param targets C8: simple indices and distributions
 * @param downloaded C9: bytes of a downloaded distribution, on average
 * @param bins C10
 */
record Pep458(long targets, long downloaded, long bins) {
    static final Pep458 OF_2019 = new Pep458(2_273_539, 2_184_393, 16_384);

    private static final long HASH = 128;
    private static final long KEYID = 64;
    private static final long PATH = 256;
    private static final long LENGTH = 7;
    private static final long VERSION = 6;

    private record Row(String name, String what, String value) {}

    /** V1 to V17. */
    private List<Row> rows() {
        long prefix = (long) Math.ceil(Math.log((double) bins) / Math.log(16));
        long prefixes = (long) Math.pow(16, (double) prefix);
        long perBin = (targets + bins - 1) / bins;
        long bin = perBin * (HASH + PATH + LENGTH);
        long delegator = bins * KEYID + prefix * prefixes;
        long snapshot = bins * VERSION;
        List<Row> rows = new ArrayList<>();
        add(rows, "C8", "targets", targets);
        add(rows, "C9", "bytes of a downloaded distribution", downloaded);
        add(rows, "C10", "bins", bins);
        add(rows, "V1", "length of a path hash prefix", prefix);
        add(rows, "V2", "path hash prefixes", prefixes);
        add(rows, "V3", "targets in a bin", perBin);
        add(rows, "V4", "hashes in a bin, bytes", perBin * HASH);
        add(rows, "V5", "paths in a bin, bytes", perBin * PATH);
        add(rows, "V6", "lengths in a bin, bytes", perBin * LENGTH);
        add(rows, "V7", "a bin, bytes", bin);
        add(rows, "V8", "keyids in bins, bytes", bins * KEYID);
        add(rows, "V9", "prefixes in bins, bytes", prefix * prefixes);
        add(rows, "V10", "bins, bytes", delegator);
        add(rows, "V11", "snapshot, bytes", snapshot);
        add(rows, "V12", "a distribution, returning user, same snapshot, bytes", 2 * bin);
        rows.add(new Row("V13", "the same, of the download", percent(2 * bin)));
        add(rows, "V14", "a distribution, returning user, new snapshot, bytes", 2 * bin + snapshot);
        rows.add(new Row("V15", "the same, of the download", percent(2 * bin + snapshot)));
        add(rows, "V16", "a distribution, new user, bytes", 2 * bin + snapshot + delegator);
        rows.add(new Row("V17", "the same, of the download", percent(2 * bin + snapshot + delegator)));
        return rows;
    }

    private static void add(List<Row> rows, String name, String what, long value) {
        rows.add(new Row(name, what, String.format(Locale.ROOT, "%,d", value)));
    }

    private String percent(long bytes) {
        return Math.round(100.0 * bytes / downloaded) + " %";
    }

    /** Both side by side, in Markdown. */
    static String table(Pep458 then, Pep458 now) {
        StringBuilder table = new StringBuilder(
                "| | | 2019 | " + String.format(Locale.ROOT, "%,d", now.targets) + " targets |\n|---|---|---|---|\n");
        List<Row> left = then.rows();
        List<Row> right = now.rows();
        for (int i = 0; i < left.size(); i++) {
            Row row = left.get(i);
            table.append("| ")
                    .append(row.name())
                    .append(" | ")
                    .append(row.what())
                    .append(" | ")
                    .append(row.value());
            table.append(" | ").append(right.get(i).value()).append(" |\n");
        }
        return table.toString();
    }
}
