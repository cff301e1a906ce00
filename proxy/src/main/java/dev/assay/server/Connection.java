package dev.assay.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection: checks and answers what the decoder made of one request head at a time, in order ({@link HeadGate} lets
 * them through). After its last answer it closes its own direction first and reads on for a moment, since to close a socket with
 * unread bytes would destroy the answer on its way (RFC 9112, 9.6). Everything here runs on the connection's event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Serving serving;
    private final SocketChannel channel;
    private final InetSocketAddress remote;
    private final HeadGate gate;
    private final Watch watch;
    private @Nullable HttpRequest decoded;
    private boolean decodedWhole;
    private @Nullable Exchange running;
    private boolean served;
    private boolean lingering;

    private Connection(Serving serving, SocketChannel channel) {
        this.serving = serving;
        this.channel = channel;
        this.remote = channel.remoteAddress();
        this.gate = new HeadGate(serving.options().limits(), this::headBegun);
        this.watch = new Watch(channel.eventLoop());
    }

    /** Puts the gate, the decoder and a new connection into the channel's pipeline. */
    static void accept(Serving serving, SocketChannel channel) {
        Connection connection = new Connection(serving, channel);
        channel.pipeline()
                .addLast(connection.gate)
                .addLast(new HttpRequestDecoder(decoding(serving.options().limits())))
                .addLast(connection);
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

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (serving.connections().admit(this, remote.getAddress())) {
            watch.arm(serving.options().deadlines().head(), this::headIsLate);
        } else {
            LOG.debug("connection refused remote={}", remote);
            close();
        }
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
            start(request(request), HttpUtil.isKeepAlive(request)).start();
        } catch (RefusedRequestException e) {
            refuse(e.refusal());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        watch.stop();
        Exchange current = running;
        running = null;
        if (current != null) {
            current.left();
        }
        serving.connections().leave(this, remote.getAddress());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof RefusedRequestException refused) {
            refuse(refused.refusal());
        } else {
            LOG.debug("connection failed remote={}", remote, cause);
            close();
        }
    }

    /** Bytes wait for the client: from now, or from its last progress, it has the write deadline. */
    void awaitsClient() {
        watch.arm(serving.options().deadlines().write(), this::close);
    }

    /** Nothing waits for the client; what the exchange waits for has a deadline of its own. */
    void awaitsHandler() {
        watch.disarm();
    }

    /** The running exchange is complete. */
    void finished(boolean keep) {
        running = null;
        if (!keep || serving.connections().draining()) {
            linger();
            return;
        }
        served = true;
        watch.arm(serving.options().deadlines().idle(), this::close);
        gate.open();
    }

    /** The server closes: at once when no exchange runs, else the exchange is the last. From any thread. */
    void drain() {
        channel.eventLoop().execute(() -> {
            if (running == null && !lingering) {
                close();
            }
        });
    }

    /** Closes in the middle of whatever goes on: what was not sent never is. From any thread. */
    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive follows
    void close() {
        channel.close();
    }

    private Request request(HttpRequest head) {
        String target = head.uri();
        int mark = target.indexOf('?');
        return new Request(
                head.method().name(),
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? "" : target.substring(mark + 1),
                headers(head.headers()),
                remote,
                serving.clock().instant(),
                serving.ids().next());
    }

    private static Headers headers(HttpHeaders decoded) {
        List<Headers.Field> fields = new ArrayList<>(decoded.size());
        decoded.iteratorCharSequence()
                .forEachRemaining(field -> fields.add(new Headers.Field(
                        field.getKey().toString(), field.getValue().toString())));
        return new Headers(fields);
    }

    private Exchange start(Request request, boolean keepsAlive) {
        Exchange exchange = new Exchange(serving, this, channel, request, keepsAlive);
        running = exchange;
        return exchange;
    }

    private void refuse(Refusal refusal) {
        gate.shut();
        String id = serving.ids().next();
        Request unknown =
                new Request("-", "-", "", Headers.NONE, remote, serving.clock().instant(), id);
        LOG.debug("request refused id={} remote={} status={} why={}", id, remote, refusal.status(), refusal.why());
        start(unknown, false).respond(refusal.response());
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
            close();
        }
    }

    private void linger() {
        lingering = true;
        watch.arm(LINGER, this::close);
        shutdownOutput();
        gate.discard();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it fails when the client has closed already, which is as good
    private void shutdownOutput() {
        channel.shutdownOutput();
    }
}
