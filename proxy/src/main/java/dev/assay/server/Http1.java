package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 on one connection: checks and answers what the decoder made of one request head at a time, in order ({@link HeadGate} lets
 * them through). After its last answer it closes its own direction first and reads on for a moment, since to close a socket with
 * unread bytes would destroy the answer on its way (RFC 9112, 9.6). Everything here runs on the connection's event loop.
 */
final class Http1 extends ChannelInboundHandlerAdapter implements Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(Http1.class);
    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final int ROOM_FOR_HEAD = 1 << 10;
    private static final int PIECE = 128 << 10;
    /** Behind a head, TLS fills its record up with the first of the body. */
    private static final int TLS_RECORD = 16 << 10;

    private final Connection connection;
    private final Serving serving;
    private final SocketChannel channel;
    private final Watch watch;
    private final HeadGate gate;
    private final @Nullable SslHandler tls;
    private @Nullable HttpRequest decoded;
    private boolean decodedWhole;
    private @Nullable Exchange running;
    private boolean keepsAlive;
    private boolean served;
    private boolean lingering;
    /** Bytes that waited for the client when its deadline was set, as TLS has them. */
    private long encrypted;

    private Http1(Connection connection) {
        this.connection = connection;
        this.serving = connection.serving();
        this.channel = connection.channel();
        this.watch = connection.watch();
        this.gate = new HeadGate(serving.options().limits(), this::headBegun);
        this.tls = channel.pipeline().get(SslHandler.class);
    }

    /** Puts the gate and the decoder into the connection's pipeline, and answers from then on. */
    static void speak(Connection connection) {
        Http1 http = new Http1(connection);
        connection.whenDrained(http::drain);
        http.watch.arm(http.serving.options().deadlines().head(), http::headIsLate);
        http.channel
                .pipeline()
                .addLast(http.gate)
                .addLast(new HttpRequestDecoder(decoding(http.serving.options().limits())))
                .addLast(http);
    }

    /** Strict in all that can be chosen. The gate has bounded lines and fields: the limits here are only to be no narrower. */
    private static HttpDecoderConfig decoding(ServerOptions.Limits limits) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.headBytes())
                .setMaxHeaderSize(limits.headBytes())
                .setValidateHeaders(true)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true)
                .setAllowDuplicateContentLengths(false)
                .setAllowPartialChunks(false);
    }

    /** What the decoder says of one head: the request and, when no body follows, its end. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            decoded = request;
        }
        decodedWhole = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        HttpRequest request = decoded;
        decoded = null;
        if (request == null) {
            return;
        }
        watch.disarm();
        try {
            RequestCheck.checkHttp1(request, !decodedWhole);
            Headers headers = headers(request.headers());
            start(connection.request(request.method().name(), request.uri(), headers), HttpUtil.isKeepAlive(request))
                    .start();
        } catch (RefusedRequestException e) {
            refuse(e.refusal());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Exchange current = running;
        running = null;
        if (current != null) {
            current.left();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof RefusedRequestException refused) {
            refuse(refused.refusal());
        } else {
            LOG.debug("connection failed remote={}", connection.remote(), cause);
            connection.close();
        }
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public int pieceBytes() {
        return PIECE;
    }

    @Override
    public boolean sendsFiles() {
        return tls == null;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failure is a failure of what is written behind it
    public void head(Response response, long length, String id) {
        channel.write(headBytes(response, length, id, tls == null ? 0 : TLS_RECORD), channel.voidPromise());
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise
    public void piece(Object piece, boolean last, ChannelPromise promise) {
        channel.writeAndFlush(piece, promise);
    }

    @Override
    public void whole(Response response, long length, ByteBuffer body, String id, ChannelPromise promise) {
        piece(headBytes(response, length, id, body.remaining()).writeBytes(body), true, promise);
    }

    @Override
    public void awaitsClient() {
        encrypted = tls == null ? 0 : encrypted();
        watch.arm(serving.options().deadlines().write(), this::writeIsLate);
    }

    @Override
    public void awaitsHandler() {
        watch.disarm();
    }

    @Override
    public void finished() {
        running = null;
        if (!keepsAlive || serving.connections().draining()) {
            linger();
            return;
        }
        served = true;
        watch.arm(serving.options().deadlines().idle(), connection::close);
        gate.open();
    }

    @Override
    public void cut() {
        connection.close();
    }

    private void drain() {
        if (running == null && !lingering) {
            connection.close();
        }
    }

    private ByteBuf headBytes(Response response, long length, String id, int room) {
        keepsAlive &= !serving.connections().draining();
        String date = serving.date().cached(serving.clock().instant());
        ByteBuf head = channel.alloc().directBuffer(ROOM_FOR_HEAD + room);
        ResponseHead.write(head, response, length, id, keepsAlive, date);
        return head;
    }

    private static Headers headers(HttpHeaders decoded) {
        List<Headers.Field> fields = new ArrayList<>(decoded.size());
        decoded.iteratorCharSequence()
                .forEachRemaining(field -> fields.add(new Headers.Field(
                        field.getKey().toString(), field.getValue().toString())));
        return new Headers(fields);
    }

    private Exchange start(Request request, boolean keeps) {
        Exchange exchange = new Exchange(serving, this, request);
        running = exchange;
        keepsAlive = keeps;
        return exchange;
    }

    private void refuse(Refusal refusal) {
        gate.shut();
        start(connection.refused(refusal), false).respond(refusal.response());
    }

    /** A later request's head has its deadline from here on; the first one's has from the connection's opening. */
    private void headBegun() {
        if (served) {
            watch.arm(serving.options().deadlines().head(), this::headIsLate);
        }
    }

    private void headIsLate() {
        if (gate.headHasBegun()) {
            refuse(Refusal.SLOW_HEAD);
        } else {
            connection.close();
        }
    }

    /** Over TLS, a message tells of progress only when all of it is gone: what is left of its records tells sooner. */
    private void writeIsLate() {
        if (encrypted() < encrypted) {
            awaitsClient();
        } else {
            connection.close();
        }
    }

    private long encrypted() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    private void linger() {
        lingering = true;
        watch.arm(LINGER, connection::close);
        if (tls == null) {
            shutdownOutput();
        } else {
            tls.closeOutbound().addListener(closeNotify -> shutdownOutput());
        }
        gate.discard();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it fails when the client has closed already, which is as good
    private void shutdownOutput() {
        channel.shutdownOutput();
    }
}
