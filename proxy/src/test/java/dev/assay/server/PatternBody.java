package dev.assay.server;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A body that is not in memory: byte n is n modulo 251. It keeps the contract of {@link Body} for the server, and says when it doesn't. */
class PatternBody implements Body {
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger closings = new AtomicInteger();
    final AtomicInteger violations = new AtomicInteger();
    private final AtomicBoolean reading = new AtomicBoolean();
    private final long length;

    PatternBody(long length) {
        this.length = length;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int read(long position, ByteBuffer into) throws BodyCutException {
        boolean alone = reading.compareAndSet(false, true);
        if (!alone || closings.get() > 0 || !Thread.currentThread().getName().startsWith("serve-")) {
            violations.incrementAndGet();
        }
        try {
            int count = (int) Math.min(into.remaining(), available(position) - position);
            for (int i = 0; i < count; i++) {
                into.put((byte) ((position + i) % 251));
            }
            return count;
        } finally {
            reading.set(false);
        }
    }

    /** How far it can be read now by a reader that has come to {@code position}. */
    long available(long position) throws BodyCutException {
        return length;
    }

    @Override
    public void close() {
        if (reading.get()) {
            violations.incrementAndGet();
        }
        closings.incrementAndGet();
        closed.countDown();
    }

    static byte[] expected(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }
}
