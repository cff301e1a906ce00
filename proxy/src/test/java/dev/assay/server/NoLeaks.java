package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
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
    private static final long DEADLINE_MILLIS = 60_000;

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

    /** What was reported since, of all that had become garbage before. */
    List<String> reported() {
        // The collector queues what it clears on a thread of its own. When a reference of the second collection
        // has come, all of the first have, and the next allocation reports them.
        collected();
        collected();
        PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
        return List.copyOf(listening.leaks);
    }

    private static void collected() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            assertThat(queue.remove(DEADLINE_MILLIS)).as("a collection").isSameAs(sentinel);
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in a test", e);
        }
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
