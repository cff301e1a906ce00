package dev.assay.server;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * A request as far as it is believed: the codec has already refused what is malformed. It never has a body.
 *
 * @param method any token, as sent; methods are case-sensitive
 * @param path the raw path, as sent, percent-encoding kept, without the query; begins with a slash, has no dot segment, and no
 *     escape that decodes to a dot, a slash, a backslash, a percent sign or a control
 * @param query the raw query without the question mark, empty when there is none
 * @param remote who asks: the other end of the connection, or whom a balancer names, then perhaps with port 0
 * @param received when its headers were complete
 * @param id a short unique id for logs and the X-Request-Id header
 */
public record Request(
        String method,
        String path,
        String query,
        Headers headers,
        InetSocketAddress remote,
        Instant received,
        String id) {
    /** What stands for a request that the codec refused. */
    static Request unknown(InetSocketAddress remote, Instant received, String id) {
        return new Request("-", "-", "", Headers.NONE, remote, received, id);
    }
}
