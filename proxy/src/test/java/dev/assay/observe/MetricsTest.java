package dev.assay.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The names that dashboards and alarms are built on. */
final class MetricsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final Metrics metrics = new Metrics();

    @Test
    void requestsAreCountedByRouteAndStatusWithTheirBytes() {
        metrics.request("file", 200, 1000, Duration.ofMillis(20));

        assertThat(metrics.expose())
                .contains("assay_request_seconds_count{route=\"file\",status=\"200\",} 1.0")
                .contains("assay_request_seconds_bucket{route=\"file\",status=\"200\",le=\"0.025\",} 1.0")
                .contains("assay_sent_bytes_total{route=\"file\",} 1000.0");
    }

    @Test
    void refusalsAreCountedByCause() {
        metrics.refusal("wrong-bytes");

        assertThat(metrics.expose()).contains("assay_refusals_total{cause=\"wrong-bytes\",} 1.0");
    }

    @Test
    void transfersAreCountedByMirrorAndResult() {
        metrics.transfer("first", "verified", 10);
        metrics.transfer("first", "wrong", 5);

        assertThat(metrics.expose())
                .contains("assay_upstream_transfers_total{mirror=\"first\",result=\"verified\",} 1.0")
                .contains("assay_upstream_transfers_total{mirror=\"first\",result=\"wrong\",} 1.0")
                .contains("assay_upstream_bytes_total{mirror=\"first\",} 15.0");
    }

    @Test
    void cutResponsesAreCounted() {
        metrics.responseCut();

        assertThat(metrics.expose()).contains("assay_responses_cut_total 1.0");
    }

    @Test
    void ageAndTimeToExpiryOfARoleAreThoseOfTheScrape() {
        Instant[] now = {NOW};
        Metrics.Role role = new Metrics.Role("timestamp", 7, NOW.minusSeconds(5), NOW.plusSeconds(60));
        metrics.watchTrust("main", () -> new Metrics.Trust(Optional.of(NOW), 3, 7, List.of(role)), () -> now[0]);
        String before = metrics.expose();
        now[0] = NOW.plusSeconds(100);

        assertThat(before)
                .contains("assay_role_version{repository=\"main\",role=\"timestamp\",} 7.0")
                .contains("assay_role_age_seconds{repository=\"main\",role=\"timestamp\",} 5.0")
                .contains("assay_role_expires_seconds{repository=\"main\",role=\"timestamp\",} 60.0")
                .contains("assay_refresh_age_seconds{repository=\"main\",} 0.0")
                .contains("assay_roles_loaded{repository=\"main\",} 3.0")
                .contains("assay_roles_dropped_total{repository=\"main\",} 7.0");
        assertThat(metrics.expose())
                .contains("assay_refresh_age_seconds{repository=\"main\",} 100.0")
                .contains("assay_role_expires_seconds{repository=\"main\",role=\"timestamp\",} -40.0");
    }

    @Test
    void beforeTheFirstRefreshItHasNoAge() {
        metrics.watchTrust("main", () -> new Metrics.Trust(Optional.empty(), 0, 0, List.of()), () -> NOW);

        assertThat(metrics.expose()).doesNotContain("assay_refresh_age_seconds{");
    }

    @Test
    void repositoriesShareEachGauge() {
        metrics.watchTrust("one", () -> new Metrics.Trust(Optional.empty(), 1, 0, List.of()), () -> NOW);
        metrics.watchTrust("two", () -> new Metrics.Trust(Optional.empty(), 2, 0, List.of()), () -> NOW);

        assertThat(metrics.expose().lines().filter(line -> line.startsWith("# TYPE assay_roles_loaded ")))
                .hasSize(1);
        assertThat(metrics.expose())
                .contains("assay_roles_loaded{repository=\"one\",} 1.0")
                .contains("assay_roles_loaded{repository=\"two\",} 2.0");
    }

    @Test
    void everyNameIsInTheReadme() throws Exception {
        metrics.watchMirrors(List::of);
        metrics.watchStore(() -> new Metrics.Stored(0, 0, 0, 0, 0, 0));
        String readme = Files.readString(Path.of("..", "README.md"));

        List<String> names = metrics.expose()
                .lines()
                .filter(line -> line.startsWith("# TYPE assay_"))
                .map(line -> line.split(" ", -1)[2])
                .filter(name -> !name.endsWith("_created")) // the library's own, beside each counter
                .toList();
        assertThat(names).hasSizeGreaterThan(20).allMatch(name -> readme.contains("`" + name + "`"));
    }
}
