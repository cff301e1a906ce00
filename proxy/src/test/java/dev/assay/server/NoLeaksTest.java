package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The watch itself: a leak does not go unnoticed. */
final class NoLeaksTest {
    @Test
    void bufferThatNobodyReleasesIsReported() {
        NoLeaks watch = new NoLeaks();
        watch.start();
        try {
            leak();
            assertThat(watch.reported()).isNotEmpty();
        } finally {
            watch.stop();
        }
    }

    private static void leak() {
        for (int i = 0; i < 100; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(16).writeByte(i);
        }
    }
}
