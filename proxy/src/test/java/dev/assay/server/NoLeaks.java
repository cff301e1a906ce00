package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class in whose time Netty's leak detector, set to paranoid, has reported a buffer that nobody released. */
final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final Logger DETECTOR = Logger.getLogger(ResourceLeakDetector.class.getName());
    private static final int ROUNDS = 5;

    private final Listening listening = new Listening();

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> leaks = reported();
        stop();
        assertThat(leaks).as("leaked buffers").isEmpty();
    }

    void start() {
        DETECTOR.addHandler(listening);
    }

    void stop() {
        DETECTOR.removeHandler(listening);
    }

    /** What was reported since, after a look at what has become garbage. */
    List<String> reported() {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        return List.copyOf(listening.leaks);
    }

    private static final class Listening extends Handler {
        private final List<String> leaks = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord logged) {
            if (logged.getMessage().contains("LEAK")) {
                leaks.add(logged.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
