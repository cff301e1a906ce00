package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One request and its answer on a stream of HTTP/2. Everything here runs on the connection's event loop. */
final class Http2Carrier implements Carrier {
    private static final int PIECE = 64 << 10;
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString DATE = AsciiString.cached("date");
    private static final AsciiString SERVER = AsciiString.cached("server");
    private static final AsciiString ASSAY = AsciiString.cached("assay");
    private static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

    private final Connection connection;
    private final Http2 http;
    private final Http2Stream stream;
    private final Serving serving;
    private @Nullable Exchange exchange;
    /** When the client must have taken some, by {@link System#nanoTime}; 0 when nothing waits for it. */
    private long deadline;

    Http2Carrier(Connection connection, Http2 http, Http2Stream stream) {
        this.connection = connection;
        this.http = http;
        this.stream = stream;
        this.serving = connection.serving();
    }

    /** Whether a field is another one in each answer, so that it is not worth remembering for the next. */
    static boolean isNeverAgain(CharSequence name, CharSequence value) {
        return name == REQUEST_ID;
    }

    /** Answers a request with complete fields; whatever follows it is a body, for which it is refused, or the end of an empty one. */
    void begin(Http2Headers fields, boolean ended) {
        try {
            start(Http2Request.of(fields, !ended, connection)).start();
        } catch (RefusedRequestException e) {
            start(connection.refused(e.refusal())).respond(e.refusal().response());
        }
    }

    /** The stream is closed. */
    void left() {
        Exchange current = exchange;
        if (current != null) {
            current.left();
        }
    }

    /** Gives the stream up when its client has not taken what waits. */
    void look(long now) {
        if (deadline != 0 && now - deadline > 0) {
            cut();
        }
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public String protocol() {
        return "HTTP/2";
    }

    @Override
    public int pieceBytes() {
        return PIECE;
    }

    @Override
    public boolean sendsFiles() {
        return false;
    }

    @Override
    public void head(Response response, long length, String id) {
        http.write(stream, headers(response, length, id), false, channel().newPromise());
    }

    @Override
    public void piece(Object piece, boolean last, ChannelPromise promise) {
        http.write(stream, (ByteBuf) piece, last, promise);
        http.flush();
    }

    @Override
    public void whole(Response response, long length, ByteBuffer body, String id, ChannelPromise promise) {
        if (body.hasRemaining()) {
            head(response, length, id);
            piece(Unpooled.wrappedBuffer(body), true, promise);
        } else {
            http.write(stream, headers(response, length, id), true, promise);
            http.flush();
        }
    }

    @Override
    public void awaitsClient() {
        deadline = System.nanoTime() + serving.options().deadlines().write().toNanos();
    }

    @Override
    public void awaitsHandler() {
        deadline = 0;
    }

    /** A request that was refused with its body on the way is told that nobody reads it (RFC 9113, 8.1). */
    @Override
    public void finished() {
        if (stream.state().remoteSideOpen()) {
            http.reset(stream, Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cut() {
        http.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    private Exchange start(Request request) {
        Exchange started = new Exchange(serving, this, request);
        exchange = started;
        return started;
    }

    private Http2Headers headers(Response response, long length, String id) {
        AsciiString[] given = response.headers().pairs();
        boolean bodiless = ResponseHead.isBodiless(response.status());
        AsciiString[] all = Arrays.copyOf(given, given.length + (bodiless ? 6 : 8));
        int at = put(
                all, given.length, DATE, serving.date().cached(serving.clock().instant()));
        at = put(all, at, REQUEST_ID, id);
        if (!bodiless) {
            at = put(all, at, CONTENT_LENGTH, Long.toString(length));
        }
        all[at] = SERVER;
        all[at + 1] = ASSAY;
        return ReadOnlyHttp2Headers.serverHeaders(
                false, HttpResponseStatus.valueOf(response.status()).codeAsText(), all);
    }

    private static int put(AsciiString[] fields, int at, AsciiString name, String value) {
        fields[at] = name;
        fields[at + 1] = new AsciiString(value);
        return at + 2;
    }
}
