package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Looks over the bytes of a request head before the decoder gets them, and refuses at the first one that the decoder would repair or
 * drop without a trace, or that could make two readers disagree on where a line, a field or the head ends: lines end in CRLF and
 * in nothing else, no field is folded, the request line has two single spaces and no small letter in its version, there is no
 * control, no byte above 0x7F, and nothing before the method. It knows bytes and lines, no names and no values. Bounds the head, its
 * lines and their number. Every byte is looked at once, however the client cuts them. One for each connection, on its event loop.
 */
final class HeadScanner implements ByteProcessor {
    private static final int MOST_SPACES = 2;

    private final ServerOptions.Limits limits;
    private int headBytes;
    private int lineBytes;
    private int lines;
    private int spaces;
    private byte last;
    private boolean ended;
    private @Nullable RefusedRequestException refused;

    HeadScanner(ServerOptions.Limits limits) {
        this.limits = limits;
    }

    /**
     * Goes on from where the last call stopped in the same head: {@code head} is all of it so far. Returns the length of the head
     * with its empty line, or -1 when there is more to come.
     */
    int scan(ByteBuf head) throws RefusedRequestException {
        head.forEachByte(head.readerIndex() + headBytes, head.readableBytes() - headBytes, this);
        if (refused != null) {
            throw refused;
        }
        if (!ended) {
            return -1;
        }
        int length = headBytes;
        reset();
        return length;
    }

    /** Whether part of a head has been seen. */
    boolean begun() {
        return headBytes > 0;
    }

    @Override
    public boolean process(byte b) {
        headBytes++;
        lineBytes++;
        refused = check(b);
        last = b;
        return refused == null && !ended;
    }

    private @Nullable RefusedRequestException check(byte b) {
        if (headBytes > limits.headBytes()) {
            return new RefusedRequestException(431, "the request head is longer than " + limits.headBytes() + " bytes");
        }
        if (lineBytes > limits.lineBytes()) {
            return new RefusedRequestException(
                    lines == 0 ? 414 : 431, "a line is longer than " + limits.lineBytes() + " bytes");
        }
        if (last == '\r' || b == '\n') {
            return last == '\r' && b == '\n' ? endLine() : bad("a line does not end in CRLF");
        }
        if (b == '\r') {
            return lines == 0 && (headBytes == 1 || spaces != MOST_SPACES || last == ' ')
                    ? bad("not a request line")
                    : null;
        }
        if ((b < ' ' && b != '\t') || b == 0x7F) {
            return bad("a control, or a byte above 0x7F");
        }
        return lines == 0 ? checkRequestLine(b) : checkField(b);
    }

    private @Nullable RefusedRequestException checkRequestLine(byte b) {
        if (b == '\t') {
            return bad("a tab in the request line");
        }
        if (b == ' ') {
            spaces++;
            if (headBytes == 1 || last == ' ' || spaces > MOST_SPACES) {
                return bad("a space too many in the request line");
            }
        }
        if (spaces == MOST_SPACES && b >= 'a' && b <= 'z') {
            return bad("a small letter in the version");
        }
        return null;
    }

    private @Nullable RefusedRequestException checkField(byte b) {
        return lineBytes == 1 && (b == ' ' || b == '\t') ? bad("a folded header field") : null;
    }

    private @Nullable RefusedRequestException endLine() {
        ended = lines > 0 && lineBytes == 2;
        lines++;
        lineBytes = 0;
        // The request line and the empty line are no fields.
        return lines - 1 > limits.fields() + (ended ? 1 : 0)
                ? new RefusedRequestException(431, "more than " + limits.fields() + " header fields")
                : null;
    }

    private void reset() {
        headBytes = 0;
        lineBytes = 0;
        lines = 0;
        spaces = 0;
        last = 0;
        ended = false;
    }

    private static RefusedRequestException bad(String why) {
        return new RefusedRequestException(400, why);
    }
}
