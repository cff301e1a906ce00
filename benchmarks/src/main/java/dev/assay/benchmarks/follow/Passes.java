package dev.assay.benchmarks.follow;

import com.sun.management.OperatingSystemMXBean;
import dev.assay.author.Passphrases;
import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Index;
import dev.assay.author.follow.Manners;
import dev.assay.author.follow.PassReport;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Passes one after another in one process, as {@code assay serve --index} makes them, each with its processor time. */
final class Passes {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Follower follower;
    private final List<ProjectName> projects;
    private double first;

    private Passes(Follower follower, int count) {
        this.follower = follower;
        this.projects = IntStream.range(0, count)
                .mapToObj(number -> new ProjectName("project-" + number))
                .toList();
    }

    /**
     * Arguments: the index, its authority, the folder to make, the file that says how many projects have news, how many there are, and
     * how many may be asked for in a second.
     */
    public static void main(String[] args) throws Exception {
        InstantSource clock = InstantSource.system();
        Passphrases passphrase = Passphrases.same("benchmark".toCharArray());
        Path news = Path.of(args[3]);
        int count = Integer.parseInt(args[4]);
        RepositoryOptions options =
                RepositoryOptions.DEFAULTS.withBins(Math.min(16_384, Integer.highestOneBit(2 * count - 1)));
        try (Repository repository = Repository.init(Path.of(args[2]), options, passphrase, clock);
                Index index = new Index(
                        URI.create(args[0]),
                        Access.PLAIN.with(Authorities.in(Path.of(args[1]))),
                        manners(Integer.parseInt(args[5])),
                        clock);
                Follower follower = Follower.open(repository, index, clock)) {
            Passes passes = new Passes(follower, count);
            passes.pass("from nothing");
            passes.pass("nothing new");
            Files.writeString(news, Integer.toString(count / 100));
            passes.pass("1 % has news");
            Files.writeString(news, Integer.toString(count / 50));
            passes.pass("another 1 % has news");
        }
    }

    private static Manners manners(int requestsPerSecond) {
        Manners usual = Manners.DEFAULTS;
        return new Manners(
                usual.connections(),
                requestsPerSecond,
                usual.attempts(),
                usual.backoff(),
                usual.serialPatience(),
                usual.maxAge());
    }

    /** The most that was resident so far. */
    private static long peakMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
            }
        }
        return 0;
    }

    private void pass(String what) throws Exception {
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        PassReport report = follower.pass(projects, Progress.NONE);
        double used = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
        first = first == 0 ? used : first;
        System.out.printf(
                Locale.ROOT,
                "| one process: %s | %d | %.2f | %.1f | %d | %.1f |%n",
                what,
                report.added() + report.changed(),
                used,
                100 * used / first,
                peakMib(),
                (System.nanoTime() - start) / 1e9);
        if (!report.unconfirmed().isEmpty() || !report.alarms().isEmpty()) {
            throw new IllegalStateException("the index was honest: " + report);
        }
    }
}
