package dev.assay.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class IntakeTest {
    private static final byte[] BYTES = GateTestCase.bytes(3_000_001);
    private static final int PIECE = 10_007;
    private static final String LATE = "what comes in was not hashed and staged within PT0.001S";

    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final ByteArrayOutputStream staged = new ByteArrayOutputStream();

    @AfterEach
    void close() {
        workers.shutdownNow();
    }

    @Test
    void everythingReachesTheSinkInOrder() {
        Intake intake = new Intake(BYTES.length, workers, TestProxy.PATIENT, staged::write);

        addAll(intake);
        intake.settle();

        assertThat(staged.toByteArray()).isEqualTo(BYTES);
    }

    @Test
    void aSmallFileHasASmallRing() {
        Intake intake = new Intake(1, workers, TestProxy.PATIENT, staged::write);

        assertThat(intake.ring()).hasSize(16 << 10);
        addAll(intake);
        intake.settle();

        assertThat(staged.toByteArray()).isEqualTo(BYTES);
        assertThat(intake.ring()).isEmpty();
    }

    @Test
    void aFullRingWaitsForTheSink() {
        Thread adding = Thread.currentThread();
        Intake intake = new Intake(BYTES.length, workers, TestProxy.PATIENT, (bytes, offset, length) -> {
            while (staged.size() == 0 && adding.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            staged.write(bytes, offset, length);
        });

        addAll(intake);
        intake.settle();

        assertThat(staged.toByteArray()).isEqualTo(BYTES);
    }

    @Test
    void whatTheSinkThrowsIsThrownToWhoAddsAndToWhoSettles() {
        Intake intake = new Intake(BYTES.length, workers, TestProxy.PATIENT, (bytes, offset, length) -> {
            throw new IllegalStateException("no room");
        });

        assertThatThrownBy(() -> addAll(intake)).hasMessage("no room");
        assertThatThrownBy(intake::settle).hasMessage("no room");
    }

    @Test
    void onceItIsStoppedTheSinkGetsNothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Intake intake = new Intake(BYTES.length, workers, TestProxy.PATIENT, (bytes, offset, length) -> {
            begun.countDown();
            staged.write(bytes, offset, length);
        });
        add(intake, 0, 100_000);
        begun.await();

        intake.stop();
        int before = staged.size();
        add(intake, 0, 100_000);
        intake.settle();

        assertThat(staged.size()).isEqualTo(before);
    }

    @Test
    void aTransferThatNeverPausesLeavesTheWorkerToOthersInTurns() {
        Deque<Runnable> turns = new ArrayDeque<>();
        CompletableFuture<Intake> itself = new CompletableFuture<>();
        Intake intake = new Intake(
                BYTES.length, turns::add, TestProxy.PATIENT, (bytes, offset, length) -> add(itself.join(), 0, length));
        itself.complete(intake);
        add(intake, 0, 100_000);

        turns.remove().run();

        assertThat(turns).hasSize(1);
    }

    @Test
    void aSinkThatHangsIsWaitedForOnlySoLong() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        Intake intake = new Intake(BYTES.length, workers, Duration.ofMillis(1), (bytes, offset, length) -> {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatThrownBy(() -> addAll(intake)).hasMessage(LATE);
        assertThatThrownBy(intake::settle).hasMessage(LATE);
        assertThatThrownBy(intake::stop).hasMessage(LATE);
        hanging.countDown();
    }

    private static void addAll(Intake intake) {
        for (int at = 0; at < BYTES.length; at += PIECE) {
            add(intake, at, Math.min(BYTES.length, at + PIECE));
        }
    }

    private static void add(Intake intake, int from, int to) {
        for (int at = from; at < to; ) {
            int count = Math.min(to - at, intake.awaitRoom());
            System.arraycopy(BYTES, at, intake.ring(), intake.position(), count);
            intake.added(count);
            at += count;
        }
    }
}
