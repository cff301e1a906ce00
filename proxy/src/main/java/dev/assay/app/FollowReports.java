package dev.assay.app;

import dev.assay.author.follow.Alarm;
import dev.assay.author.follow.PassReport;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells operators what passes over a followed index find. */
record FollowReports(String repository, Metrics metrics, AuditLog audit) implements Consumer<PassReport> {
    private static final Logger log = LoggerFactory.getLogger(FollowReports.class);

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
        if (report.changed() + report.added() > 0) {
            log.info(
                    "signed what the index says repository={} changed={} new={}",
                    repository,
                    report.changed(),
                    report.added());
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
