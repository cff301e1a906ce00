package dev.assay.upstream;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;

/** A hostile server's slow hand. */
final class Drip {
    private static final long PAUSE_NANOS = 5_000_000;

    private Drip() {}

    /** Sends one byte, then lets a little time pass: slowness is the lie itself here, not a way to wait for something. */
    static void oneByte(OutputStream out, char one) throws IOException {
        out.write(one);
        out.flush();
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
