package dev.assay.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says of a decoded request whether it means one thing only, to us and to whatever stands in front of us. Refused are: other
 * versions; targets that are not a plain path; escapes that hide a dot, a slash or a control; an absent, doubled or odd Host; and
 * every body, since none of our resources takes one: so nothing that frames a body can be misunderstood.
 */
final class RequestCheck {
    private RequestCheck() {}

    /**
     * The rules of HTTP/1.1, and then those of every version.
     *
     * @param request as decoded, or as far as it could be
     * @param bodyFollows whether the decoder expects one, for whatever reason
     */
    static void checkHttp1(HttpRequest request, boolean bodyFollows) throws RefusedRequestException {
        if (request.decoderResult().isFailure()) {
            throw refused("not an HTTP/1.1 request");
        }
        HttpVersion version = request.protocolVersion();
        boolean old = version.equals(HttpVersion.HTTP_1_0);
        if (!old && !version.equals(HttpVersion.HTTP_1_1)) {
            throw refused("the version is neither HTTP/1.1 nor HTTP/1.0");
        }
        checkHost(request.headers().getAll(HttpHeaderNames.HOST), old);
        checkFraming(request.headers(), old);
        check(request.method().name(), request.uri(), bodyFollows);
    }

    /**
     * The rules of HTTP/2, and then those of every version. What HTTP/1.1 has in Host stands in {@code :authority}, in Host, or, the
     * same, in both (RFC 9113, 8.3.1).
     */
    static void checkHttp2(
            String method, String target, @Nullable String authority, List<String> hosts, boolean bodyFollows)
            throws RefusedRequestException {
        if (authority != null && !hosts.isEmpty() && !hosts.equals(List.of(authority))) {
            throw refused("the Host is not the authority");
        }
        checkHost(authority == null ? hosts : List.of(authority), false);
        check(method, target, bodyFollows);
    }

    /** The rules that hold whatever the version. */
    private static void check(String method, String target, boolean bodyFollows) throws RefusedRequestException {
        checkTarget(target);
        if (bodyFollows) {
            if (method.equals("GET") || method.equals("HEAD")) {
                throw refused("a body on GET or HEAD");
            }
            throw new RefusedRequestException(413, "no request body is taken here");
        }
    }

    /** Exactly one Host; HTTP/1.0 did not know it and may do without (RFC 9112, 3.2). */
    private static void checkHost(List<String> hosts, boolean old) throws RefusedRequestException {
        if (hosts.isEmpty() && old) {
            return;
        }
        if (hosts.size() != 1) {
            throw refused(hosts.isEmpty() ? "no Host" : "more than one Host");
        }
        if (!isHost(hosts.get(0))) {
            throw refused("the Host is not a host with or without a port");
        }
    }

    /**
     * What the decoder leaves open of the framing fields. It refuses a transfer coding that does not end in chunked, one on
     * HTTP/1.0, one beside a Content-Length, and an odd or, on HTTP/1.1, a doubled Content-Length. On HTTP/1.0 it makes one of two.
     */
    private static void checkFraming(HttpHeaders headers, boolean old) throws RefusedRequestException {
        if (old && headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            throw refused("a Content-Length on HTTP/1.0");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.size() > 1 || (codings.size() == 1 && !codings.get(0).equalsIgnoreCase("chunked"))) {
            throw refused("the Transfer-Encoding is not chunked alone");
        }
    }

    private static void checkTarget(String target) throws RefusedRequestException {
        if (!target.startsWith("/")) {
            throw refused("the request target is no path");
        }
        int mark = target.indexOf('?');
        int end = mark < 0 ? target.length() : mark;
        checkPath(target.substring(0, end));
        checkQuery(target.substring(end));
    }

    private static void checkPath(String path) throws RefusedRequestException {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                int octet = HttpChars.escaped(path, i);
                if (octet < 0x20 || octet == 0x7F || octet == '.' || octet == '/' || octet == '\\' || octet == '%') {
                    throw refused(
                            "the path has an escape that is broken or hides a dot, slash, percent sign or control");
                }
                i += 2;
            } else if (!HttpChars.isPathChar(c)) {
                throw refused("the path has a character that must be escaped");
            }
        }
        for (int slash = 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (isDotSegment(path, slash + 1)) {
                throw refused("the path has a dot segment");
            }
        }
    }

    private static boolean isDotSegment(String path, int start) {
        int end = path.indexOf('/', start);
        int length = (end < 0 ? path.length() : end) - start;
        return (length == 1 || length == 2) && path.charAt(start) == '.' && path.charAt(start + length - 1) == '.';
    }

    private static void checkQuery(String query) throws RefusedRequestException {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            boolean allowed = c == '%' ? HttpChars.escaped(query, i) >= 0 : c == '?' || HttpChars.isPathChar(c);
            if (!allowed) {
                throw refused("the query has a broken escape, or a character that must be escaped");
            }
        }
    }

    /** {@code uri-host [ ":" port ]} without escapes: a name, an IPv4 address or a bracketed IPv6 address. */
    private static boolean isHost(String value) {
        int end = value.startsWith("[") ? value.indexOf(']') + 1 : value.indexOf(':');
        String host = end < 0 ? value : value.substring(0, end);
        String port = end < 0 ? "" : value.substring(end);
        boolean named = host.startsWith("[")
                ? host.length() > 3 && host.chars().allMatch(c -> "[]:.".indexOf(c) >= 0 || Character.digit(c, 16) >= 0)
                : HttpChars.isHostName(host);
        return named && (port.isEmpty() || (port.startsWith(":") && isPort(port.substring(1))));
    }

    private static boolean isPort(String digits) {
        return digits.isEmpty() || (digits.length() <= 5 && HttpChars.isDigits(digits));
    }

    private static RefusedRequestException refused(String why) {
        return new RefusedRequestException(400, why);
    }
}
