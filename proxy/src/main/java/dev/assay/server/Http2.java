package dev.assay.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/2 on one connection: its streams, and the frames that belong to none of them. Netty's codec frames, decompresses and controls
 * the flow; it closes the connection on a flood of resets, of CONTINUATION, of empty DATA, and of control frames whose answers the
 * client does not read. A flood of those that it does read ends here. Everything here runs on the connection's event loop.
 */
final class Http2 extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http2.class);
    private static final Duration LINGER = Duration.ofSeconds(1);
    /** PING, SETTINGS and unknown frames, which cost us and ask for nothing. */
    private static final int CONTROL_FRAMES_A_SECOND = 100;
    /** How often the streams' deadlines are looked at, as a part of the write deadline. */
    private static final int LOOKS = 4;

    private final Connection connection;
    private final Set<Http2Stream> streams = new HashSet<>();
    private long second = System.nanoTime();
    private int controlFrames;
    private boolean closing;

    private Http2(Connection connection) {
        this.connection = connection;
    }

    /** Puts the codec into the connection's pipeline, and answers from then on. */
    static void speak(Connection connection) {
        Http2 http = new Http2(connection);
        connection.whenDrained(http::drain);
        connection.watch().arm(connection.serving().options().deadlines().head(), http::goAway);
        connection
                .channel()
                .pipeline()
                .addLast(codec(connection.serving().options().limits()))
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new Http2Stream(http, stream));
                    }
                }))
                .addLast(http);
    }

    private static Http2FrameCodec codec(ServerOptions.Limits limits) {
        return Http2FrameCodecBuilder.forServer()
                .initialSettings(new Http2Settings()
                        .maxConcurrentStreams(limits.streams())
                        .maxHeaderListSize(limits.headBytes()))
                .validateHeaders(true)
                .build();
    }

    Connection connection() {
        return connection;
    }

    /** A stream has begun to ask for something. */
    void opened(Http2Stream stream) {
        streams.add(stream);
        if (streams.size() == 1 && !closing) {
            watchStreams();
        }
    }

    void closed(Http2Stream stream) {
        if (!streams.remove(stream) || !streams.isEmpty()) {
            return;
        }
        if (closing) {
            closeGently();
        } else {
            connection.watch().arm(connection.serving().options().deadlines().idle(), this::goAway);
        }
    }

    /** What belongs to no stream: the codec has acted on it already. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
        ReferenceCountUtil.release(frame);
        if (frame instanceof Http2GoAwayFrame) {
            drain();
        } else if (++controlFrames > CONTROL_FRAMES_A_SECOND) {
            refuseAFlood(context);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection failed remote={} why={}", connection.remote(), cause.toString());
    }

    private void refuseAFlood(ChannelHandlerContext context) {
        long now = System.nanoTime();
        if (now - second >= Duration.ofSeconds(1).toNanos()) {
            second = now;
            controlFrames = 1;
        } else if (!closing) {
            LOG.debug("flood of control frames remote={}", connection.remote());
            closing = true;
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM))
                    .addListener(said -> connection.close());
        }
    }

    private void watchStreams() {
        Duration write = connection.serving().options().deadlines().write();
        connection.watch().arm(write.dividedBy(LOOKS), this::lookAtStreams);
    }

    private void lookAtStreams() {
        long now = System.nanoTime();
        for (Http2Stream stream : List.copyOf(streams)) {
            stream.look(now);
        }
        if (!streams.isEmpty()) {
            watchStreams();
        }
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // the connection is closed when its streams are, whether this was heard or not
    private void drain() {
        if (streams.isEmpty()) {
            goAway();
        } else if (!closing) {
            closing = true;
            connection.channel().pipeline().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        }
    }

    /** The end of a connection on which nothing runs. */
    private void goAway() {
        closing = true;
        closeGently();
    }

    /** Says goodbye in HTTP/2 and in TLS, to a client that may not listen. */
    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive follows, at the latest at the deadline
    private void closeGently() {
        connection.watch().arm(LINGER, connection::close);
        connection.channel().close();
    }
}
