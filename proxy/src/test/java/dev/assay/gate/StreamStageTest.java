package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class StreamStageTest {
    private static final byte[] BYTES = GateTestCase.bytes(1000);

    @Test
    void readerGetsEveryByteThroughLessMemoryThanThereAreBytes() throws Exception {
        StreamStage stage = new StreamStage(100, TestProxy.PATIENT);
        stage.retain();
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> writer = pool.submit(() -> {
                for (int at = 0; at < BYTES.length; at += 40) {
                    stage.append(BYTES, at, 40);
                }
            });
            ByteBuffer all = ByteBuffer.allocate(BYTES.length);
            while (all.hasRemaining()) {
                int position = all.position();
                all.position(position + stage.read(position, all.slice(position, Math.min(33, all.remaining()))));
            }
            writer.get(20, TimeUnit.SECONDS);
            assertThat(all.array()).isEqualTo(BYTES);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void writerGivesUpWhenNobodyTakesAByte() {
        StreamStage stage = new StreamStage(100, Duration.ofMillis(20));
        stage.append(BYTES, 0, 100);

        assertThatThrownBy(() -> stage.append(BYTES, 100, 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no client took a byte for PT0.02S");
    }

    @Test
    void writerGivesUpWhenItsReaderHasLeft() {
        StreamStage stage = new StreamStage(100, TestProxy.PATIENT);
        stage.append(BYTES, 0, 100);
        stage.retain();
        stage.release();

        assertThatThrownBy(() -> stage.append(BYTES, 100, 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("has left");
    }

    @Test
    void whatWasTakenIsGone() {
        StreamStage stage = new StreamStage(100, TestProxy.PATIENT);
        stage.append(BYTES, 0, 100);
        assertThat(stage.read(0, ByteBuffer.allocate(10))).isEqualTo(10);

        assertThatThrownBy(() -> stage.read(0, ByteBuffer.allocate(10))).isInstanceOf(IllegalStateException.class);
    }
}
