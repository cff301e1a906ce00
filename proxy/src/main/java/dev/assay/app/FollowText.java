package dev.assay.app;

import dev.assay.author.follow.Manners;
import dev.assay.author.follow.PassReport;
import dev.assay.simple.ProjectName;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a pass over an index is reported as: the summary last, so that it is still on the screen. */
final class FollowText {
    /** Of a project of 20 files, as PyPI's have on average: its page compressed. */
    private static final int PAGE_BYTES_RECEIVED = 5_000;
    /** Its page in three forms, what is signed of it, and its memory. */
    private static final int BYTES_KEPT = 70_000;

    private FollowText() {}

    /** Of a first pass over so many projects. */
    static String estimate(int projects, Manners manners) {
        Duration least = Duration.ofSeconds(projects / manners.requestsPerSecond());
        return String.format(
                Locale.ROOT,
                "%,d projects: as many requests, at most %d a second. A first pass takes at least %d h %d min, receives some"
                        + " %,d MB, and keeps some %,d MB on disk. Ended early, it goes on where it last published.",
                projects,
                manners.requestsPerSecond(),
                least.toHours(),
                least.toMinutesPart(),
                megabytes(projects, PAGE_BYTES_RECEIVED),
                megabytes(projects, BYTES_KEPT));
    }

    private static long megabytes(int projects, int each) {
        return (long) projects * each / 1_000_000 + 1;
    }

    static void passed(PrintWriter out, PassReport report) {
        report.unsigned().forEach(why -> line(out, "not signed    ", why));
        report.unknown().forEach(project -> line(out, "unknown       ", project + ": the index has no such project"));
        new TreeMap<>(report.unconfirmed())
                .forEach((project, why) -> line(out, "not confirmed ", project + ": " + why));
        report.alarms().forEach(alarm -> line(out, "ALARM         ", alarm.toString()));
        out.printf(
                "%,d checked: %,d unchanged, %,d changed, %,d new, %,d unknown, %,d not confirmed; %,d alarms, %,d in all last%n",
                report.checked(),
                report.unchanged(),
                report.changed(),
                report.added(),
                report.unknown().size(),
                report.unconfirmed().size(),
                report.alarms().size(),
                report.lasting());
        out.flush();
    }

    static void unknownDependencies(PrintWriter out, Map<ProjectName, String> unknown) {
        new TreeMap<>(unknown).forEach((project, why) -> line(out, "dependencies? ", project + ": " + why));
    }

    /** Names come from outside: one line stays one line. */
    private static void line(PrintWriter out, String what, String text) {
        out.println(what + text.replaceAll("\\p{Cntrl}", "?"));
    }
}
