package dev.assay.server;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request out of the header fields of HTTP/2, held to the rules of every other: the codec has seen to it that names are in small letters, that
 * pseudo fields come first and once, and that nothing speaks of a connection.
 */
final class Http2Request {
    private Http2Request() {}

    /** Whether the pseudo fields are there without which it is no request (RFC 9113, 8.3.1). */
    static boolean isComplete(Http2Headers fields) {
        return fields.method() != null && fields.path() != null && fields.scheme() != null;
    }

    /**
     * The request, out of fields that are complete, or why it is refused. A body that is announced as empty is none; the codec sees to it
     * that it is.
     */
    static Request of(Http2Headers fields, boolean bodyFollows, Connection connection) throws RefusedRequestException {
        ServerOptions.Limits limits = connection.serving().options().limits();
        String method = fields.method().toString();
        String target = fields.path().toString();
        if (!HttpChars.isToken(method)) {
            throw new RefusedRequestException(400, "the method is not a token");
        }
        if (target.length() > limits.lineBytes()) {
            throw new RefusedRequestException(414, "the path is longer than " + limits.lineBytes() + " bytes");
        }
        boolean body = bodyFollows && !all(fields, "content-length").equals(List.of("0"));
        RequestCheck.checkHttp2(method, target, text(fields.authority()), all(fields, "host"), body);
        return connection.request(method, target, headers(fields, limits));
    }

    private static Headers headers(Http2Headers decoded, ServerOptions.Limits limits) throws RefusedRequestException {
        List<Headers.Field> fields = new ArrayList<>(decoded.size());
        for (Map.Entry<CharSequence, CharSequence> field : decoded) {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            if (name.startsWith(":")) {
                continue;
            }
            if (name.length() + value.length() > limits.lineBytes() || fields.size() == limits.fields()) {
                throw new RefusedRequestException(431, "a header field is too long, or one too many");
            }
            if (!HttpChars.isToken(name) || !HttpChars.isFieldValue(value)) {
                throw new RefusedRequestException(400, "a control, or a byte above 0x7F");
            }
            fields.add(new Headers.Field(name, value));
        }
        return new Headers(fields);
    }

    private static List<String> all(Http2Headers fields, String name) {
        return fields.getAll(name).stream().map(CharSequence::toString).toList();
    }

    private static @Nullable String text(@Nullable CharSequence value) {
        return value == null ? null : value.toString();
    }
}
