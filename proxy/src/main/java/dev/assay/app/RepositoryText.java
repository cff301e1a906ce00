package dev.assay.app;

import dev.assay.author.ChangeReport;
import dev.assay.author.RefreshReport;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.RepositoryStatus;
import dev.assay.author.RotationReport;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** What {@code assay repository} tells the person at the terminal. */
final class RepositoryText {
    private RepositoryText() {}

    static void created(PrintWriter out, Path folder, RepositoryOptions options, Repository made) {
        out.printf(
                """
                Created a signed, empty repository with %,d bins in %s.

                  serve        %s   (any web server, as static files)
                  pin          %s   (give it to the proxies that are to trust this repository)
                  private keys %s   (never serve this folder)

                Back up now, to at least two places offline: all of %s, and the passphrase elsewhere.
                Then take these private keys away from this machine; daily work needs only online-*.pem:
                  root-*.pem     %d of %d sign a new root: rotation, and once a year
                  targets-*.pem  hands projects to their authors, and once a year
                  bins-*.pem     rotation of the online key, and once a year
                To use one again, copy it back into %s, or name it with --key FILE.

                To restore: put back %s, %s and %s, and
                the public folder from a backup or any mirror of it; `assay repository status` then verifies everything.
                If more than %d root keys are lost, the repository can't be rescued: readers have to pin a new one.

                Next: assay repository add %s FILE…
                """,
                options.bins(),
                folder,
                made.publicFolder(),
                made.pinnedRoot(),
                made.keyFolder(),
                made.keyFolder(),
                options.rootThreshold(),
                options.rootKeys(),
                made.keyFolder(),
                made.keyFolder(),
                made.pinnedRoot(),
                folder.resolve("settings.json"),
                options.rootKeys() - options.rootThreshold(),
                folder);
        out.flush();
    }

    static void changed(PrintWriter out, String participle, ChangeReport report) {
        report.changed().forEach(name -> out.println(participle + " " + name));
        report.unchanged().forEach(name -> out.println("already there: " + name));
        report.awaitingSignatures()
                .forEach(project ->
                        out.println(project + ": not published yet; its authors have to run: assay repository"
                                + " sign DIR " + project + " --key FILE"));
        out.flush();
    }

    static void refreshed(PrintWriter out, RefreshReport report) {
        out.printf(Locale.ROOT, "signed %,d roles anew%n", report.signed().size());
        out.flush();
    }

    static String waiting(RefreshReport report) {
        StringBuilder text = new StringBuilder();
        for (RefreshReport.Waiting waiting : report.waiting()) {
            text.append(text.isEmpty() ? "" : "; ")
                    .append(waiting.role())
                    .append(" expires at ")
                    .append(waiting.expires())
                    .append(": ")
                    .append(waiting.remedy());
        }
        return text.toString();
    }

    static void rotated(PrintWriter out, RotationReport report) {
        report.created().forEach(file -> out.println("new key: " + file));
        report.retired().forEach(file -> out.println("retired, to be destroyed with its copies: " + file));
        out.println("Back the new key files up.");
        out.flush();
    }

    static void status(PrintWriter out, RepositoryStatus status, Instant now) {
        out.printf(
                Locale.ROOT, "%-28s %9s  %-20s  %-14s  %s%n", "role", "version", "expires", "in", "private keys here");
        for (RepositoryStatus.Role role : status.roles()) {
            out.printf(
                    Locale.ROOT,
                    "%-28s %,9d  %-20s  %-14s  %d of %d (%d must sign)%n",
                    role.name(),
                    role.version(),
                    role.expires(),
                    left(now, role.expires()),
                    role.keysPresent(),
                    role.keys(),
                    role.threshold());
        }
        out.printf(
                Locale.ROOT,
                "%,d projects, %,d files, %,d bins; everything verifies from the pinned root%n",
                status.projects(),
                status.files(),
                status.bins());
        status.pending().forEach(project -> out.println(project + ": a change waits for its authors' signatures"));
        out.flush();
    }

    private static String left(Instant now, Instant expires) {
        Duration left = Duration.between(now, expires);
        if (left.isNegative() || left.isZero()) {
            return "EXPIRED";
        }
        return left.toDays() > 0 ? left.toDays() + " days" : left.toHours() + " h " + left.toMinutesPart() + " min";
    }

    /** One line for a person; a file system's exceptions name the file and nothing else. */
    static String reason(Exception e) {
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (e instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + ": is there already";
        }
        return String.valueOf(e.getMessage()).replace('\n', ' ');
    }
}
