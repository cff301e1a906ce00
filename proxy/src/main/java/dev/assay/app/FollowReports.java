package dev.assay.app;

import dev.assay.author.follow.Alarm;
import dev.assay.author.follow.PassReport;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what passes over a followed index find. Hears of passes on one thread; asked on any. */
final class FollowReports implements Consumer<PassReport> {
    private static final Logger log = LoggerFactory.getLogger(FollowReports.class);

    private final String repository;
    private final Metrics metrics;
    private final AuditLog audit;
    private final InstantSource clock;
    private volatile Seen seen = new Seen(Optional.empty(), "");

    /**
     * What is told when somebody asks.
     *
     * @param at when the index last showed something that could be believed
     * @param failure why a project could not be confirmed in the last pass; empty when all could
     */
    private record Seen(Optional<Instant> at, String failure) {}

    FollowReports(String repository, Metrics metrics, AuditLog audit, InstantSource clock) {
        this.repository = repository;
        this.metrics = metrics;
        this.audit = audit;
        this.clock = clock;
    }

    /** Shows the same as metrics, from now on. */
    void watch(IntSupplier followed) {
        Instant start = clock.instant();
        metrics.watchIndex(repository, followed, () -> seen.at().orElse(start), clock::instant);
    }

    /** For the status page: one line. */
    String text(int followed, Path alarmLog) {
        Seen now = seen;
        return followed + " projects; "
                + now.at().map(at -> "the index last seen at " + at).orElse("the index not seen since the start")
                + "; alarms: " + alarms(alarmLog) + " in " + alarmLog
                + (now.failure().isEmpty() ? "" : "; not confirmed: " + now.failure());
    }

    /** Those before the start too: they last. */
    private static String alarms(Path alarmLog) {
        try (Stream<String> lines = Files.lines(alarmLog)) {
            return Long.toString(lines.count());
        } catch (NoSuchFileException e) {
            return "none";
        } catch (IOException | UncheckedIOException e) {
            return "?";
        }
    }

    @Override
    public void accept(PassReport report) {
        report.alarms().forEach(this::raise);
        report.unsigned()
                .forEach(
                        why -> log.debug("listed by the index, and not signed repository={} file={}", repository, why));
        report.unconfirmed()
                .forEach((project, why) -> log.warn(
                        "not confirmed with the index repository={} project={} reason={}", repository, project, why));
        count("unchanged", report.unchanged());
        count("changed", report.changed());
        count("new", report.added());
        count("unknown", report.unknown().size());
        count("unconfirmed", report.unconfirmed().size());
        remember(report);
        if (report.changed() + report.added() > 0) {
            log.info(
                    "signed what the index says repository={} changed={} new={}",
                    repository,
                    report.changed(),
                    report.added());
        }
    }

    private void remember(PassReport report) {
        boolean believed = report.checked() > report.unconfirmed().size();
        String failure = report.unconfirmed().entrySet().stream()
                .findFirst()
                .map(first -> report.unconfirmed().size() + ", such as " + first.getKey() + ": " + first.getValue())
                .orElse("");
        if (report.checked() > 0) {
            seen = new Seen(believed ? Optional.of(clock.instant()) : seen.at(), failure);
        }
    }

    private void raise(Alarm alarm) {
        log.warn("the index contradicts itself repository={} alarm={}", repository, alarm);
        metrics.indexAlarm(repository, alarm.kind().label());
        audit.record(
                "index-alarm",
                "repository",
                repository,
                "alarm",
                alarm.kind().label(),
                "project",
                alarm.project().value(),
                "subject",
                alarm.subject(),
                "before",
                alarm.before(),
                "now",
                alarm.now());
    }

    private void count(String result, int pages) {
        if (pages > 0) {
            metrics.indexPages(repository, result, pages);
        }
    }
}
