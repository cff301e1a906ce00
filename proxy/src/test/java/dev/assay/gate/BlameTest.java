package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.upstream.Provenance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence is kept, and what it costs the mirror. */
final class BlameTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path data;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aQuarantineLastsTenMinutes() {
        Blame blame = blame();
        blame.convict(evidence("packages/a"));

        assertThat(standing(blame, MINUTE.multipliedBy(10).minusMillis(1))).isFalse();
        assertThat(standing(blame, Duration.ofMillis(1))).isTrue();
        assertThat(blame.inGoodStanding("another")).isTrue();
    }

    @Test
    void eachFurtherOneLastsTwiceAsLongUpToADay() {
        assertThat(Stream.of(1, 2, 3, 8, 9, 50).map(Blame::quarantine))
                .containsExactly(
                        MINUTE.multipliedBy(10),
                        MINUTE.multipliedBy(20),
                        MINUTE.multipliedBy(40),
                        MINUTE.multipliedBy(1280),
                        Duration.ofDays(1),
                        Duration.ofDays(1));
    }

    @Test
    void furtherCasesWithinAQuarantineDoNotLengthenIt() {
        Blame blame = blame();
        Instant first = blame.convict(evidence("packages/a"));
        now = now.plus(MINUTE);

        assertThat(blame.convict(evidence("packages/b"))).isEqualTo(first);
    }

    @Test
    void aCaseSoonAfterAQuarantineDoublesItAndOneLongAfterDoesNot() {
        Blame blame = blame();
        now = blame.convict(evidence("packages/a"));
        Instant second = blame.convict(evidence("packages/a"));
        assertThat(Duration.between(now, second)).isEqualTo(MINUTE.multipliedBy(20));

        now = second.plus(Duration.ofDays(1));
        assertThat(Duration.between(now, blame.convict(evidence("packages/a")))).isEqualTo(MINUTE.multipliedBy(10));
    }

    @Test
    void aQuarantineSurvivesARestart() {
        blame().convict(evidence("packages/a"));

        assertThat(standing(blame(), MINUTE.multipliedBy(9))).isFalse();
    }

    @Test
    void deletingTheEvidenceLiftsIt() throws Exception {
        Blame blame = blame();
        blame.convict(evidence("packages/a"));
        try (Stream<Path> files = Files.list(data.resolve("evidence"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }

        assertThat(blame.inGoodStanding("liar")).isTrue();
    }

    @Test
    void theRightBytesForThatPathLiftItAndThoseForAnotherDoNot() {
        Blame blame = blame();
        blame.convict(evidence("packages/a"));

        blame.served("liar", "packages/b");
        boolean afterAnother = blame.inGoodStanding("liar");
        blame.served("liar", "packages/a");

        assertThat(afterAnother).isFalse();
        assertThat(blame.inGoodStanding("liar")).isTrue();
    }

    @Test
    void theReportHasAllThatIsNeededToShowIt() {
        Blame blame = blame();
        blame.convict(evidence("packages/a"));

        assertThat(new String(blame.report(), StandardCharsets.UTF_8))
                .contains("sha256:signed", "sha256:found", "X-Served-By: us", "MIIB", "ab12", "cd34")
                .contains("\"timestamp\": 7", "https://liar.test/packages/a", now.toString());
    }

    @Test
    void aDamagedFileCountsForNothing() throws Exception {
        Files.createDirectories(data.resolve("evidence"));
        Files.writeString(data.resolve("evidence/2026-liar.json"), "{\"mirror\": \"liar\", \"quarantined-until\": 7}");

        assertThat(blame().inGoodStanding("liar")).isTrue();
    }

    private Blame blame() {
        return new Blame(data, () -> now, () -> Map.of("timestamp", 7L));
    }

    private boolean standing(Blame blame, Duration later) {
        now = now.plus(later);
        return blame.inGoodStanding("liar");
    }

    private static Evidence evidence(String path) {
        Provenance from = new Provenance("https://liar.test/" + path, List.of("X-Served-By: us"), List.of("MIIB"));
        return new Evidence("liar", path, "sha256:signed", "sha256:found", from, "ab12", "cd34");
    }
}
