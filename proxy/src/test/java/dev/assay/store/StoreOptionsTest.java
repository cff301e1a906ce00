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
                .isEqualTo(new StoreOptions(FOLDER, 33_554_432, 8_589_934_592L, 268_435_456));
    }

    @Test
    void tinyCacheIsRefused() {
        assertThatThrownBy(() -> new StoreOptions(FOLDER, 1000, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cacheBytes: 1000 (expected: >= 1048576)");
    }

    @Test
    void noRoomForStagingIsRefused() {
        assertThatThrownBy(() -> new StoreOptions(FOLDER, 1 << 20, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void negativeReserveIsRefused() {
        assertThatThrownBy(() -> new StoreOptions(FOLDER, 1 << 20, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }
}
