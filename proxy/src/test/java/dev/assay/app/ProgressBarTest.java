package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a person sees meanwhile. */
final class ProgressBarTest {
    @Test
    void theBarShowsHowFarItIs() {
        assertThat(ProgressBar.line("files checked", 1500, 3000))
                .isEqualTo("[###############---------------] 1,500 of 3,000 files checked");
    }
}
