package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** Writes status line and header fields (RFC 9112, 4 and 5): the handler's, then the server's own. */
final class ResponseHead {
    private ResponseHead() {}

    /** @param length the Content-Length; left out where the status has none (204, 304) */
    static void write(ByteBuf out, Response response, long length, String id, boolean keepAlive, String date) {
        text(out, "HTTP/1.1 ");
        text(out, Integer.toString(response.status()));
        text(out, " ");
        text(
                out,
                response.reason() != null
                        ? response.reason()
                        : HttpResponseStatus.valueOf(response.status()).reasonPhrase());
        text(out, "\r\n");
        for (Headers.Field field : response.headers().fields()) {
            field(out, field.name(), field.value());
        }
        if (!isBodiless(response.status())) {
            field(out, "Content-Length", Long.toString(length));
        }
        field(out, "Date", date);
        field(out, "Server", "assay");
        field(out, "X-Request-Id", id);
        field(out, "Connection", keepAlive ? "keep-alive" : "close");
        text(out, "\r\n");
    }

    /** Whether a response of that status ends with its head, whatever its fields say (RFC 9110, 15.3.5 and 15.4.5). */
    static boolean isBodiless(int status) {
        return status == HttpResponseStatus.NO_CONTENT.code() || status == HttpResponseStatus.NOT_MODIFIED.code();
    }

    private static void field(ByteBuf out, String name, String value) {
        text(out, name);
        text(out, ": ");
        text(out, value);
        text(out, "\r\n");
    }

    private static void text(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
