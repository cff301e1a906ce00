package dev.assay.benchmarks.pypi;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What a piece of work took.
 *
 * @param cpu of the process that is measured, all threads
 */
record Costs(Duration time, Duration cpu, IndexProcess.Bytes bytes) {
    /** A piece of work. */
    interface Work {
        void run() throws Exception;
    }

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** The one with the median time of so many runs in this process. */
    static Costs median(IndexProcess index, int runs, Work before, Work work) throws Exception {
        List<Costs> all = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            before.run();
            all.add(of(index, work));
        }
        all.sort(Comparator.comparing(Costs::time));
        return all.get(runs / 2);
    }

    static Costs of(IndexProcess index, Work work) throws Exception {
        IndexProcess.Bytes bytes = index.bytes();
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        Duration used = Duration.ofNanos(SYSTEM.getProcessCpuTime() - cpu);
        return new Costs(time, used, index.bytes().minus(bytes));
    }

    /** A row of the table. */
    String row(String what) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.1f | %,.1f | %,d | %,d |",
                what,
                time.toNanos() / 1e6,
                cpu.toNanos() / 1e6,
                bytes.sent(),
                bytes.decoded());
    }

    /** Resident memory of a process, in MiB. */
    static long residentMiB(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("no VmRSS for process " + pid);
    }

    /** What lives on the heap of this process, in MiB. */
    static long heapMiB() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }
}
