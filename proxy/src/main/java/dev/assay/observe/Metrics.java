package dev.assay.observe;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.prometheus.client.Histogram;
import io.prometheus.client.exporter.common.TextFormat;
import io.prometheus.client.hotspot.DefaultExports;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Every metric of the proxy, by name. Thread-safe. One instance a process; text in the Prometheus exposition format 0.0.4. */
public final class Metrics {
    /** The Content-Type of {@link #expose}. */
    public static final String CONTENT_TYPE = TextFormat.CONTENT_TYPE_004;

    /**
     * One mirror as its gauges show it.
     *
     * @param failing share of what it was lately asked for that failed, 0 to 1
     */
    public record Mirror(
            String name,
            double latencySeconds,
            double bytesPerSecond,
            double failing,
            boolean resting,
            boolean quarantined) {}

    /** A trusted role, as the gauges show it; {@code since} is when this process first had this version. */
    public record Role(String name, long version, Instant since, Instant expires) {}

    /**
     * What is trusted of a repository.
     *
     * @param refreshed when the last refresh succeeded; empty when none ever did
     * @param loaded how many delegated roles are in memory
     * @param dropped how often memory was too short to keep one
     * @param roles the top-level ones: the others come and go, and there are thousands
     */
    public record Trust(Optional<Instant> refreshed, int loaded, long dropped, List<Role> roles) {}

    private final CollectorRegistry registry = new CollectorRegistry();

    private final Histogram requests = Histogram.build(
                    "assay_request_seconds", "Time from request head to the last byte of the answer.")
            .labelNames("route", "status")
            .buckets(.001, .005, .025, .1, .5, 1, 5, 15, 60, 300)
            .register(registry);
    private final Counter sent = counter("assay_sent_bytes_total", "Body bytes sent to installers.", "route");
    private final Counter unstored =
            counter("assay_unstored_total", "Files that were verified in memory because the disk took nothing.");
    private final Counter cut =
            counter("assay_responses_cut_total", "Responses that were cut because their bytes did not verify.");
    private final Counter lookups =
            counter("assay_lookups_total", "Verified look-ups: stored, fetched or waiting.", "kind", "result");
    private final Counter refusals = counter("assay_refusals_total", "Answers withheld, by cause.", "cause");
    private final Counter graces =
            counter("assay_grace_answers_total", "Stored content handed over though its metadata has expired.");
    private final Counter transfers =
            counter("assay_upstream_transfers_total", "Transfers from mirrors, by result.", "mirror", "result");
    private final Counter received =
            counter("assay_upstream_bytes_total", "Body bytes received from mirrors.", "mirror");
    private final Counter refreshes =
            counter("assay_refreshes_total", "Metadata refreshes, by result.", "repository", "result");

    private final Counter indexPages = counter(
            "assay_index_pages_total",
            "Pages looked at on a followed index, by what was found.",
            "repository",
            "result");
    private final Counter indexAlarms = counter(
            "assay_index_alarms_total", "Contradictions of a followed index to what it said.", "repository", "alarm");

    private final Map<String, Watched> watched = new ConcurrentSkipListMap<>();

    private record Watched(Supplier<Trust> trust, Supplier<Instant> now) {}

    private final Map<String, WatchedIndex> watchedIndexes = new ConcurrentSkipListMap<>();

    private record WatchedIndex(IntSupplier followed, Supplier<Instant> seen, Supplier<Instant> now) {}

    public Metrics() {
        Collector trust = new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                return Stream.concat(trustGauges().stream(), indexGauges().stream())
                        .toList();
            }
        };
        trust.register(registry);
        DefaultExports.register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.build(name, help).labelNames(labels).register(registry);
    }

    /** One finished exchange; {@code route} is one of a handful of constants, never a path. */
    public void request(String route, int status, long bytes, Duration duration) {
        requests.labels(route, Integer.toString(status)).observe(duration.toNanos() / 1e9);
        sent.labels(route).inc((double) bytes);
    }

    /** A file was verified without being stored, because the disk had no room. */
    public void unstored() {
        unstored.inc();
    }

    /** A response begun before verification was cut. */
    public void responseCut() {
        cut.inc();
    }

    /** A page or file was looked up: {@code kind} is {@code page} or {@code file}; {@code result} is {@code stored} or {@code fetched}. */
    public void lookup(String kind, String result) {
        lookups.labels(kind, result).inc();
    }

    /** Stored content was handed over after its metadata had expired. */
    public void grace() {
        graces.inc();
    }

    /** Something was not handed over; {@code cause} is a constant of the gate. */
    public void refusal(String cause) {
        refusals.labels(cause).inc();
    }

    /** A transfer from a mirror ended; {@code result} is {@code verified}, {@code wrong} or a kind of failure. */
    public void transfer(String mirror, String result, long bytes) {
        transfers.labels(mirror, result).inc();
        received.labels(mirror).inc((double) bytes);
    }

    /** A refresh of a repository's metadata ended; {@code result} is {@code ok} or the reason it failed. */
    public void refresh(String repository, String result) {
        refreshes.labels(repository, result).inc();
    }

    /** So many pages of a followed index were found to be like this. */
    public void indexPages(String repository, String result, int pages) {
        indexPages.labels(repository, result).inc(pages);
    }

    /** A followed index contradicts what it said before. */
    public void indexAlarm(String repository, String alarm) {
        indexAlarms.labels(repository, alarm).inc();
    }

    /** Shows at each scrape what {@code trust} gives then. */
    public void watchTrust(String repository, Supplier<Trust> trust, Supplier<Instant> now) {
        watched.put(repository, new Watched(trust, now));
    }

    /** Shows at each scrape how many projects of an index are followed, and when that was seen last. */
    public void watchIndex(String repository, IntSupplier followed, Supplier<Instant> seen, Supplier<Instant> now) {
        watchedIndexes.put(repository, new WatchedIndex(followed, seen, now));
    }

    /** Shows what each mirror has been like, at each scrape. */
    public void watchMirrors(Supplier<List<Mirror>> mirrors) {
        Collector collector = new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                GaugeMetricFamily latency = perMirror("latency_seconds", "To the first byte of an answer, lately.");
                GaugeMetricFamily rate = perMirror("bytes_per_second", "Pace of its bodies, lately.");
                GaugeMetricFamily failing = perMirror("failing", "Share of failures, lately, 0 to 1.");
                GaugeMetricFamily resting = perMirror("resting", "1 while it is left alone after failures.");
                GaugeMetricFamily quarantined = perMirror("quarantined", "1 while in quarantine for wrong bytes.");
                for (Mirror each : mirrors.get()) {
                    List<String> name = List.of(each.name());
                    latency.addMetric(name, each.latencySeconds());
                    rate.addMetric(name, each.bytesPerSecond());
                    failing.addMetric(name, each.failing());
                    resting.addMetric(name, each.resting() ? 1 : 0);
                    quarantined.addMetric(name, each.quarantined() ? 1 : 0);
                }
                return List.of(latency, rate, failing, resting, quarantined);
            }
        };
        collector.register(registry);
    }

    private static GaugeMetricFamily perMirror(String what, String help) {
        return new GaugeMetricFamily("assay_mirror_" + what, help, List.of("mirror"));
    }

    /** One family for all repositories: the exposition format has each name once. */
    private List<Collector.MetricFamilySamples> trustGauges() {
        GaugeMetricFamily version = gauge("assay_role_version", "Trusted version of a role.", "role");
        GaugeMetricFamily age =
                gauge("assay_role_age_seconds", "Seconds since this process has this version of a role.", "role");
        GaugeMetricFamily expiry =
                gauge("assay_role_expires_seconds", "Seconds until a role expires; negative when it has.", "role");
        GaugeMetricFamily refreshed = gauge("assay_refresh_age_seconds", "Seconds since the last successful refresh.");
        GaugeMetricFamily loaded = gauge("assay_roles_loaded", "Delegated roles in memory.");
        CounterMetricFamily dropped = new CounterMetricFamily(
                "assay_roles_dropped",
                "Delegated roles that trust.max-loaded left no memory for.",
                List.of("repository"));
        watched.forEach((repository, each) -> {
            Trust trust = each.trust().get();
            Instant now = each.now().get();
            for (Role role : trust.roles()) {
                List<String> labels = List.of(repository, role.name());
                version.addMetric(labels, (double) role.version());
                age.addMetric(labels, seconds(role.since(), now));
                expiry.addMetric(labels, seconds(now, role.expires()));
            }
            trust.refreshed().ifPresent(at -> refreshed.addMetric(List.of(repository), seconds(at, now)));
            loaded.addMetric(List.of(repository), trust.loaded());
            dropped.addMetric(List.of(repository), (double) trust.dropped());
        });
        return List.of(version, age, expiry, refreshed, loaded, dropped);
    }

    private List<Collector.MetricFamilySamples> indexGauges() {
        GaugeMetricFamily followed = gauge("assay_index_followed", "Projects of an index that are followed.");
        GaugeMetricFamily seen = gauge(
                "assay_index_seen_age_seconds",
                "Seconds since a followed index showed a page that could be believed, or since the start.");
        watchedIndexes.forEach((repository, each) -> {
            followed.addMetric(List.of(repository), each.followed().getAsInt());
            if (each.followed().getAsInt() > 0) { // else nothing is looked at, and no age means anything
                seen.addMetric(
                        List.of(repository),
                        seconds(each.seen().get(), each.now().get()));
            }
        });
        return List.of(followed, seen);
    }

    private static GaugeMetricFamily gauge(String name, String help, String... more) {
        return new GaugeMetricFamily(
                name,
                help,
                Stream.concat(Stream.of("repository"), Stream.of(more)).toList());
    }

    private static double seconds(Instant from, Instant to) {
        return (double) Duration.between(from, to).toSeconds();
    }

    /** Bytes of files on disk and files open now, and what was done to files since the start. */
    public record Stored(long bytes, long stagedBytes, int openFiles, long evicted, long scrubbedBytes, long rotten) {}

    /** Shows how much is stored, and what became of the rest, as {@code stored} tells at each scrape. */
    public void watchStore(Supplier<Stored> stored) {
        Collector collector = new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                Stored now = stored.get();
                return List.of(
                        new GaugeMetricFamily("assay_store_bytes", "Bytes on disk in files.", (double) now.bytes()),
                        new GaugeMetricFamily(
                                "assay_store_staged_bytes", "Of them, room taken for what is not stored yet.", (double)
                                        now.stagedBytes()),
                        new GaugeMetricFamily(
                                "assay_store_open_files", "Files open to be sent from.", (double) now.openFiles()),
                        new CounterMetricFamily(
                                "assay_store_evictions", "Files and groups that made room.", (double) now.evicted()),
                        new CounterMetricFamily(
                                "assay_store_scrubbed_bytes", "Bytes of stored files hashed again.", (double)
                                        now.scrubbedBytes()),
                        new CounterMetricFamily(
                                "assay_store_rotten", "Stored files found damaged.", (double) now.rotten()));
            }
        };
        collector.register(registry);
    }

    /** The whole registry as text. */
    public String expose() {
        StringWriter out = new StringWriter(8192);
        try {
            TextFormat.write004(out, registry.metricFamilySamples());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }
}
