package dev.assay.store;

import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private final Leases leases = new Leases();

    @Test
    void nobodyEntersAfterClose() {
        assertThat(leases.close()).isTrue();
        assertThrowsKind(Kind.IO, leases::enter).hasMessage("the store is closed");
    }

    @Test
    void onlyTheFirstCloseCounts() {
        assertThat(leases.close()).isTrue();
        assertThat(leases.close()).isFalse();
    }

    @Test
    void closingWaitsForThoseInside() throws Exception {
        leases.enter();
        leases.enter();
        leases.close();
        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> leases.awaitDrained(Duration.ofSeconds(30)));
        leases.leave();
        assertThat(leases.awaitDrained(Duration.ZERO)).isFalse();
        leases.leave();
        assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingWhenNobodyIsInsideDoesNotWait() {
        leases.close();
        assertThat(leases.awaitDrained(Duration.ZERO)).isTrue();
    }
}
