package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.upstream.UpstreamException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mirror has been like decides when it is asked, and after whom. */
final class HealthTest {
    private final Health health = new Health();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aFasterMirrorIsExpectedSooner() {
        Health slow = new Health();
        health.answered(Duration.ofMillis(50), now);
        health.received(10 << 20, Duration.ofMillis(500), now);
        slow.answered(Duration.ofMillis(300), now);
        slow.received(1 << 20, Duration.ofSeconds(1), now);

        assertThat(health.expectedSeconds(100 << 20, now)).isBetween(5.0, 5.1);
        assertThat(slow.expectedSeconds(100 << 20, now)).isBetween(100.0, 100.5);
    }

    @Test
    void failuresMakeItExpectedLater() {
        double before = health.expectedSeconds(0, now);
        health.failed(down(), now);

        assertThat(health.expectedSeconds(0, now)).isGreaterThan(before * 1.3);
    }

    @Test
    void whatWasMeasuredFades() {
        health.answered(Duration.ofSeconds(10), now);
        now = now.plus(Duration.ofHours(2));

        assertThat(health.expectedSeconds(0, now)).isBetween(0.2, 0.21);
    }

    @Test
    void eachFurtherFailureDoublesTheRestUpToAMinute() {
        for (int rest : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            health.asked(now);
            health.failed(down(), now);

            assertThat(health.isReady(now.plusSeconds(rest).minusMillis(1))).isFalse();
            assertThat(health.isReady(now.plusSeconds(rest))).isTrue();
            now = now.plusSeconds(rest);
        }
    }

    @Test
    void afterTheRestOneTrialIsMadeAndNobodyElseAsksMeanwhile() {
        health.failed(down(), now);
        now = now.plusSeconds(1);

        boolean trial = health.isReady(now);
        health.asked(now);

        assertThat(trial).isTrue();
        assertThat(health.isReady(now)).isFalse();
        health.succeeded(now);
        assertThat(health.isReady(now)).isTrue();
    }

    @Test
    void anAnswerThatBreaksOffIsNoSuccess() {
        health.failed(down(), now);
        health.answered(Duration.ofMillis(1), now);
        health.failed(down(), now);

        assertThat(health.isReady(now.plusSeconds(1))).isFalse();
        assertThat(health.isReady(now.plusSeconds(2))).isTrue();
    }

    @Test
    void atRestItIsALastResortOnceASecond() {
        health.failed(down(), now);
        health.asked(now);
        health.failed(down(), now);

        assertThat(health.isLastResort(now.plusMillis(999))).isFalse();
        assertThat(health.isLastResort(now.plusMillis(1000))).isTrue();
    }

    @Test
    void retryAfterIsHonouredEvenAsALastResortButNotForEver() {
        health.failed(busy(Duration.ofDays(9)), now);

        assertThat(health.isLastResort(now.plus(Duration.ofMinutes(5)).minusMillis(1)))
                .isFalse();
        assertThat(health.isReady(now.plus(Duration.ofMinutes(5)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 410})
    void whatItLacksOrMayNotGiveIsNoOutage(int status) {
        health.failed(UpstreamException.ofStatus(status, "there", Optional.empty()), now);

        assertThat(health.isReady(now)).isTrue();
    }

    private static UpstreamException busy(Duration retryAfter) {
        return UpstreamException.ofStatus(429, "there", Optional.of(retryAfter));
    }

    private static UpstreamException down() {
        return new UpstreamException(Kind.UNREACHABLE, "down");
    }
}
