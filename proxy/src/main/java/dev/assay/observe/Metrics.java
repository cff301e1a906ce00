package dev.assay.observe;

import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
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
import java.util.function.Supplier;

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

    /** Version and expiry of one role, as the expiry gauges show it. */
    public record Role(String name, long version, Instant expires) {}

    private final CollectorRegistry registry = new CollectorRegistry();

    private final Histogram requests = Histogram.build(
                    "assay_request_seconds", "Time from request head to the last byte of the answer.")
            .labelNames("route", "status")
            .buckets(.001, .005, .025, .1, .5, 1, 5, 15, 60, 300)
            .register(registry);
    private final Counter sent = counter("assay_sent_bytes_total", "Body bytes sent to installers.", "route");
    private final Counter cut =
            counter("assay_responses_cut_total", "Responses that were cut because their bytes did not verify.");
    private final Counter lookups =
            counter("assay_lookups_total", "Verified look-ups: stored, fetched or waiting.", "kind", "result");
    private final Counter refusals = counter("assay_refusals_total", "Answers withheld, by cause.", "cause");
    private final Counter transfers =
            counter("assay_upstream_transfers_total", "Transfers from mirrors, by result.", "mirror", "result");
    private final Counter received =
            counter("assay_upstream_bytes_total", "Body bytes received from mirrors.", "mirror");
    private final Counter refreshes =
            counter("assay_refreshes_total", "Metadata refreshes, by result.", "repository", "result");

    public Metrics() {
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

    /** A response begun before verification was cut. */
    public void responseCut() {
        cut.inc();
    }

    /** A page or file was looked up: {@code kind} is {@code page} or {@code file}; {@code result} is {@code stored} or {@code fetched}. */
    public void lookup(String kind, String result) {
        lookups.labels(kind, result).inc();
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

    /** Shows version, and seconds to expiry at each scrape, of the roles that {@code roles} gives then. */
    public void watchRoles(String repository, Supplier<List<Role>> roles, Supplier<Instant> now) {
        Collector collector = new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                List<String> labels = List.of("repository", "role");
                GaugeMetricFamily version =
                        new GaugeMetricFamily("assay_role_version", "Trusted version of a role.", labels);
                GaugeMetricFamily expiry = new GaugeMetricFamily(
                        "assay_role_expires_seconds", "Seconds until a role expires; negative when it has.", labels);
                Instant at = now.get();
                for (Role role : roles.get()) {
                    List<String> values = List.of(repository, role.name());
                    version.addMetric(values, (double) role.version());
                    expiry.addMetric(values, (double)
                            Duration.between(at, role.expires()).toSeconds());
                }
                return List.of(version, expiry);
            }
        };
        collector.register(registry);
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
