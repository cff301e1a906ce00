package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Writes status line and header fields (RFC 9112, 4 and 5): the handler's, then the server's own. */
final class ResponseHead {
    private static final byte[] LINE_END = bytes("\r\n");
    private static final byte[] VERSION = bytes("HTTP/1.1 ");
    private static final byte[] OK = bytes("HTTP/1.1 200 OK\r\n");
    private static final byte[] CONTENT_LENGTH = bytes("Content-Length: ");
    private static final byte[] DATE = bytes("Date: ");
    private static final byte[] SERVER_AND_ID = bytes("\r\nServer: assay\r\nX-Request-Id: ");
    private static final byte[] KEPT = bytes("\r\nConnection: keep-alive\r\n\r\n");
    private static final byte[] CLOSED = bytes("\r\nConnection: close\r\n\r\n");

    private ResponseHead() {}

    /** @param length the Content-Length; left out where the status has none (204, 304) */
    static void write(ByteBuf out, Response response, long length, String id, boolean keepAlive, String date) {
        statusLine(out, response);
        out.writeBytes(response.headers().lines());
        if (!isBodiless(response.status())) {
            out.writeBytes(CONTENT_LENGTH);
            text(out, Long.toString(length));
            out.writeBytes(LINE_END);
        }
        out.writeBytes(DATE);
        text(out, date);
        out.writeBytes(SERVER_AND_ID);
        text(out, id);
        out.writeBytes(keepAlive ? KEPT : CLOSED);
    }

    /** Whether a response of that status ends with its head, whatever its fields say (RFC 9110, 15.3.5 and 15.4.5). */
    static boolean isBodiless(int status) {
        return status == HttpResponseStatus.NO_CONTENT.code() || status == HttpResponseStatus.NOT_MODIFIED.code();
    }

    private static void statusLine(ByteBuf out, Response response) {
        if (response.status() == HttpResponseStatus.OK.code() && response.reason() == null) {
            out.writeBytes(OK);
            return;
        }
        out.writeBytes(VERSION);
        text(out, Integer.toString(response.status()));
        text(out, " ");
        text(
                out,
                response.reason() != null
                        ? response.reason()
                        : HttpResponseStatus.valueOf(response.status()).reasonPhrase());
        out.writeBytes(LINE_END);
    }

    private static void text(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
