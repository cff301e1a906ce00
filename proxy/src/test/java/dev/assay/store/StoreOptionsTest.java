package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StoreOptionsTest {
    private static final Path FOLDER = Path.of("data");

    @Test
    void defaultsAreThese() {
        assertThat(StoreOptions.in(FOLDER))
                .isEqualTo(new StoreOptions(
                        FOLDER,
                        33_554_432,
                        536_870_912_000L,
                        8_589_934_592L,
                        268_435_456,
                        4_194_304,
                        512,
                        StoreOptions.VerifyOnRead.OFF));
    }

    @Test
    void tinyCacheIsRefused() {
        assertThatThrownBy(() -> options(1000, 1 << 30, 1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cacheBytes: 1000 (expected: >= 1048576)");
    }

    @Test
    void noRoomForStagingIsRefused() {
        assertThatThrownBy(() -> options(1 << 20, 1 << 30, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void negativeReserveIsRefused() {
        assertThatThrownBy(() -> options(1 << 20, 1 << 30, 1, -1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void storeSmallerThanItsGroupsIsRefused() {
        assertThatThrownBy(() -> options(1 << 20, (64 << 20) - 1, 1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes: 67108863 (expected: >= 67108864)");
    }

    @Test
    void noMoreIsStagedThanStored() {
        assertThat(options(1 << 20, 1 << 30, (1 << 30) + 1, 0, 0).maxStagedBytes())
                .isEqualTo(1 << 30);
    }

    @Test
    void negativeScrubRateIsRefused() {
        assertThatThrownBy(() -> options(1 << 20, 1 << 30, 1, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static StoreOptions options(long cache, long max, long staged, long reserve, long scrub) {
        return new StoreOptions(FOLDER, cache, max, staged, reserve, scrub, 512, StoreOptions.VerifyOnRead.OFF);
    }
}
