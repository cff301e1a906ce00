package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * An answer of the server's own, which no handler had a part in.
 *
 * @param why for the client; says nothing of what was sent, so that nothing is reflected
 */
record Refusal(int status, String why) {
    static final Refusal BUSY = new Refusal(503, "all workers are busy");
    static final Refusal FAILED = new Refusal(500, "internal error: the log has it under the request id");
    static final Refusal MANY = new Refusal(429, "too many requests at once from this address");
    static final Refusal SLOW_HEAD = new Refusal(408, "the request head took too long");

    Response response() {
        Headers headers =
                Headers.NONE.with("Content-Type", "text/plain; charset=utf-8").with("Cache-Control", "no-store");
        if (status == BUSY.status || status == MANY.status) {
            headers = headers.with("Retry-After", "1");
        }
        return new Response(status, null, headers, BytesBody.of((why + "\n").getBytes(US_ASCII)));
    }
}
