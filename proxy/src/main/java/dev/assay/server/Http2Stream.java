package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer on a stream of HTTP/2. Everything here runs on the connection's event loop, but for {@link #cut}. */
final class Http2Stream extends ChannelInboundHandlerAdapter implements Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Stream.class);
    private static final int PIECE = 64 << 10;
    /** Field names as HTTP/2 has them; the handlers' are few. */
    private static final Map<String, AsciiString> NAMES = new ConcurrentHashMap<>();

    private final Http2 http;
    private final Serving serving;
    private final Channel channel;
    private @Nullable Exchange exchange;
    private boolean requestEnded;
    /** When the client must have taken some, by {@link System#nanoTime}; 0 when nothing waits for it. */
    private long deadline;

    Http2Stream(Http2 http, Channel channel) {
        this.http = http;
        this.serving = http.connection().serving();
        this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        // Whatever follows a request is a body or its trailers, for which it has been refused, or the end of an empty
        // body.
        if (frame instanceof Http2HeadersFrame head && exchange == null) {
            if (Http2Request.isComplete(head.headers())) {
                begin(head);
            } else {
                reset(Http2Error.PROTOCOL_ERROR);
            }
        } else if (frame instanceof Http2DataFrame data) {
            requestEnded |= data.isEndStream();
        }
        ReferenceCountUtil.release(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Exchange current = exchange;
        if (current != null) {
            current.left();
        }
        http.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("stream failed remote={} why={}", http.connection().remote(), cause.toString());
        reset(cause instanceof Http2Exception wrong ? wrong.error() : Http2Error.INTERNAL_ERROR);
    }

    @Override
    public Channel channel() {
        return channel;
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
    @SuppressWarnings("FutureReturnValueIgnored") // a failure is a failure of what is written behind it
    public void head(Response response, long length, String id) {
        channel.write(new DefaultHttp2HeadersFrame(headers(response, length, id), false));
    }

    @Override
    public Object piece(ByteBuf bytes, boolean last) {
        return new DefaultHttp2DataFrame(bytes, last);
    }

    @Override
    public Object whole(Response response, long length, ByteBuffer body, String id) {
        if (!body.hasRemaining()) {
            return new DefaultHttp2HeadersFrame(headers(response, length, id), true);
        }
        head(response, length, id);
        return piece(Unpooled.wrappedBuffer(body), true);
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
        if (!requestEnded) {
            reset(Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cut() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    /** Gives the stream up when its client has not taken what waits. */
    void look(long now) {
        if (deadline != 0 && now - deadline > 0) {
            cut();
        }
    }

    private void begin(Http2HeadersFrame head) {
        http.opened(this);
        requestEnded = head.isEndStream();
        String id = serving.ids().next();
        try {
            Request request = Http2Request.of(head.headers(), !requestEnded, http.connection(), id);
            start(request).start();
        } catch (RefusedRequestException e) {
            Refusal refusal = e.refusal();
            LOG.debug(
                    "request refused id={} remote={} status={} why={}",
                    id,
                    http.connection().remote(),
                    refusal.status(),
                    refusal.why());
            start(Request.unknown(http.connection().client(), serving.clock().instant(), id))
                    .respond(refusal.response());
        }
    }

    private Exchange start(Request request) {
        Exchange started = new Exchange(serving, this, request);
        exchange = started;
        return started;
    }

    private Http2Headers headers(Response response, long length, String id) {
        Http2Headers headers = new DefaultHttp2Headers(false, 16);
        headers.status(Integer.toString(response.status()));
        for (Headers.Field field : response.headers().fields()) {
            headers.add(
                    NAMES.computeIfAbsent(field.name(), name -> new AsciiString(name).toLowerCase()), field.value());
        }
        if (!ResponseHead.isBodiless(response.status())) {
            headers.add("content-length", Long.toString(length));
        }
        headers.add("date", serving.date().cached(serving.clock().instant()));
        headers.add("server", "assay");
        headers.add("x-request-id", id);
        return headers;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive follows
    private void reset(Http2Error error) {
        channel.writeAndFlush(new DefaultHttp2ResetFrame(error)).addListener(said -> channel.close());
    }
}
