package dev.assay.encoding;

import java.util.Arrays;

/** A growing byte array that text is written to as UTF-8. */
final class Utf8Output {
    private byte[] buffer;
    private int size;

    /** Grows beyond {@code expectedBytes} when it must. */
    Utf8Output(int expectedBytes) {
        this.buffer = new byte[expectedBytes];
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    void writeByte(int b) {
        reserve(1);
        buffer[size++] = (byte) b;
    }

    /** Text that is known to be ASCII. */
    void writeAscii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
    }

    /** As much of the text as is ASCII and escaped in no form of JSON, which is all of it most times; returns where it ends. */
    int writePlain(String text) {
        reserve(text.length());
        int end = 0;
        while (end < text.length() && isPlain(text.charAt(end))) {
            buffer[size++] = (byte) text.charAt(end++);
        }
        return end;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
    }

    void writeLong(long value) {
        if (value < 0) {
            writeAscii(Long.toString(value));
            return;
        }
        if (value >= 10) {
            writeLong(value / 10);
        }
        writeByte((int) ('0' + value % 10));
    }

    /** One code point, not a surrogate. */
    void writeCodePoint(int c) {
        reserve(4);
        if (c < 0x80) {
            buffer[size++] = (byte) c;
        } else if (c < 0x800) {
            buffer[size++] = (byte) (0xC0 | (c >> 6));
            continuation(c);
        } else if (c < 0x10000) {
            buffer[size++] = (byte) (0xE0 | (c >> 12));
            continuation(c >> 6);
            continuation(c);
        } else {
            buffer[size++] = (byte) (0xF0 | (c >> 18));
            continuation(c >> 12);
            continuation(c >> 6);
            continuation(c);
        }
    }

    private void continuation(int bits) {
        buffer[size++] = (byte) (0x80 | (bits & 0x3F));
    }

    private void reserve(int more) {
        if (more > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, grown(more));
        }
    }

    private int grown(int more) {
        long least = (long) size + more;
        if (least > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("the document is longer than 2 GiB");
        }
        return (int) Math.min(Math.max(least, 2L * buffer.length), Integer.MAX_VALUE - 8);
    }
}
