package dev.assay.server;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An answer, complete but for its bytes, which the server pulls from the body.
 *
 * @param status HTTP status, 200 to 599
 * @param reason the reason phrase, short printable ASCII; null for the standard one
 * @param headers everything but Content-Length, Date, Server, Connection and X-Request-Id, which the server writes itself
 * @param body for HEAD the server sends its length and not its bytes, and closes it
 */
public record Response(int status, @Nullable String reason, Headers headers, Body body) implements Reply {
    private static final Set<String> OURS =
            Set.of("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "x-request-id");

    public Response {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        if (reason != null && !HttpChars.isFieldValue(reason)) {
            throw new IllegalArgumentException("reason of " + status + ": not printable ASCII");
        }
        for (Headers.Field field : headers.fields()) {
            if (OURS.contains(field.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("header field " + field.name() + ": the server writes it itself");
            }
        }
    }
}
