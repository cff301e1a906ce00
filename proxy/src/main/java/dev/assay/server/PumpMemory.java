package dev.assay.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of bodies that were read and that no client has taken yet. A connection may have a generous window of them while few
 * clients are slow, and a small one when many are, so that ten thousand slow clients cost no more than some hundred.
 */
final class PumpMemory {
    static final int WIDE_WINDOW = 512 << 10;
    static final int NARROW_WINDOW = 64 << 10;

    private final long plenty = BytesBody.mostKept();
    private final AtomicLong held = new AtomicLong();

    /** Bytes that a connection may have in flight now. */
    int window() {
        return held.get() < plenty ? WIDE_WINDOW : NARROW_WINDOW;
    }

    void take(int bytes) {
        held.addAndGet(bytes);
    }

    void give(int bytes) {
        held.addAndGet(-bytes);
    }
}
