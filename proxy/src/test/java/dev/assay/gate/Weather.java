package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/** What a mirror may make of a request for a file. */
enum Weather {
    HONEST(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            body(out, genuine, from);
        }
    },
    SLOW(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            dripping(out, genuine, from);
        }
    },
    LYING(true) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            body(out, changed(genuine), from);
        }
    },
    SLOWLY_LYING(true) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            dripping(out, changed(genuine), from);
        }
    },
    TRUNCATING(true) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            body(out, Arrays.copyOf(genuine, genuine.length / 2), 0);
        }
    },
    TOO_LONG(true) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            body(out, Arrays.copyOf(genuine, genuine.length + 9), 0);
        }
    },
    RESETTING(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            half(out, genuine, from);
            throw new IOException("reset");
        }
    },
    STALLING(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            half(out, genuine, from);
            for (int pause = 0; pause < STALL_PAUSES; pause++) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            throw new IOException("stalled");
        }
    },
    STALE(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            head(out, "404 Not Found", "");
        }
    },
    BUSY(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            head(out, "429 Busy", "Retry-After: 1\r\n");
        }
    },
    BROKEN(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            head(out, "503 Broken", "");
        }
    },
    REDIRECTING(false) {
        @Override
        void write(OutputStream out, byte[] genuine, int from) throws IOException {
            head(out, "302 Found", "Location: http://127.0.0.1:1/\r\n");
        }
    };

    private static final int DRIPS = 8;
    private static final long PAUSE_NANOS = 25_000_000;
    /** So that it outlasts the patience. */
    private static final long LARGE_PAUSE_NANOS = 100_000_000;

    private static final int STALL_PAUSES = 60;

    private final boolean tampers;

    Weather(boolean tampers) {
        this.tampers = tampers;
    }

    /** Whether it gives other bytes than are signed as if they were whole. */
    boolean tampers() {
        return tampers;
    }

    /** Answers with what it makes of the genuine bytes, from this one on. */
    abstract void write(OutputStream out, byte[] genuine, int from) throws IOException;

    private static byte[] changed(byte[] genuine) {
        byte[] bytes = genuine.clone();
        bytes[bytes.length / 2] ^= 1;
        return bytes;
    }

    private static void head(OutputStream out, String status, String fields) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: 0\r\n\r\n").getBytes(ISO_8859_1));
    }

    private static void start(OutputStream out, int length, int from) throws IOException {
        String range = from == 0
                ? "200 OK\r\n"
                : "206 Partial Content\r\nContent-Range: bytes " + from + "-" + (length - 1) + "/" + length + "\r\n";
        out.write(("HTTP/1.1 " + range + "Content-Length: " + (length - from) + "\r\n\r\n").getBytes(ISO_8859_1));
    }

    private static void body(OutputStream out, byte[] bytes, int from) throws IOException {
        start(out, bytes.length, from);
        out.write(bytes, from, bytes.length - from);
    }

    private static void half(OutputStream out, byte[] bytes, int from) throws IOException {
        start(out, bytes.length, from);
        out.write(bytes, from, (bytes.length - from) / 2);
        out.flush();
    }

    private static void dripping(OutputStream out, byte[] bytes, int from) throws IOException {
        start(out, bytes.length, from);
        int step = (bytes.length - from + DRIPS - 1) / DRIPS;
        for (int at = from; at < bytes.length; at += step) {
            out.write(bytes, at, Math.min(step, bytes.length - at));
            out.flush();
            LockSupport.parkNanos(bytes.length > TestProxy.TAIL ? LARGE_PAUSE_NANOS : PAUSE_NANOS);
        }
    }
}
