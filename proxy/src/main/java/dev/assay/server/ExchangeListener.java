package dev.assay.server;

import java.net.InetSocketAddress;
import java.time.Duration;

/** Hears of every exchange when it is over: the seam for the access log and for metrics. */
@FunctionalInterface
public interface ExchangeListener {
    /** Called once an exchange, on an event loop: must not block. */
    void ended(Ended exchange);

    /**
     * How an exchange went. All text is safe to log as it stands: it went through the codec's checks.
     *
     * @param protocol {@code HTTP/1.1}, for 1.0 too, or {@code HTTP/2}
     * @param method "-" when the codec refused the request
     * @param path without the query; "-" when the codec refused the request
     * @param status 0 when the client left, or the response was cut, before there was one
     * @param bodyBytes of the body, taken by the client's connection
     * @param took from the end of the request head to the last byte
     * @param completed whether the whole response was sent; false when it was cut by either side
     */
    record Ended(
            String id,
            InetSocketAddress remote,
            String protocol,
            String method,
            String path,
            int status,
            long bodyBytes,
            Duration took,
            boolean completed) {}
}
