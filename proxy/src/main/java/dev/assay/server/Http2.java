package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/2 on one connection: its streams, and the frames that belong to none of them. Netty's codec frames, decompresses and controls
 * the flow; it closes the connection on a flood of resets, of CONTINUATION, of empty DATA, and of control frames whose answers the
 * client does not read. A flood of those that it does read ends here. What is answered while the codec reads is flushed once, when it
 * has read. Everything here runs on the connection's event loop.
 */
final class Http2 extends Http2ConnectionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Http2.class);
    private static final Duration LINGER = Duration.ofSeconds(1);
    /** PING, SETTINGS, PRIORITY and unknown frames, which cost us and ask for nothing. */
    private static final int CONTROL_FRAMES_A_SECOND = 100;
    /** How often the streams' deadlines are looked at, as a part of the write deadline. */
    private static final int LOOKS = 4;
    /** What a stream may send when its turn comes, at least: by default it is a kilobyte, which makes 28 frames of a page. */
    private static final int TURN = 32 << 10;

    private final Connection connection;
    private final Http2Connection.PropertyKey carrierKey;
    private final Set<Http2Carrier> streams = new HashSet<>();
    private @Nullable ChannelHandlerContext context;
    private long second = System.nanoTime();
    private int controlFrames;
    private boolean reading;
    private boolean closing;

    private Http2(
            Connection connection,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings);
        this.connection = connection;
        this.carrierKey = connection().newKey();
        Frames frames = new Frames();
        decoder.frameListener(frames);
        connection().addListener(frames);
    }

    /** Puts the codec into the connection's pipeline, and answers from then on. */
    static void speak(Connection connection) {
        Http2 http = new Builder(connection).build();
        connection.whenDrained(http::drain);
        connection.watch().arm(connection.serving().options().deadlines().head(), http::goAway);
        connection.channel().pipeline().addLast(http);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        super.handlerAdded(added);
    }

    @Override
    public void channelRead(ChannelHandlerContext reads, Object bytes) throws Exception {
        reading = true;
        super.channelRead(reads, bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reads) throws Exception {
        reading = false;
        super.channelReadComplete(reads);
    }

    /** Writes a head, unflushed. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise
    void write(Http2Stream stream, Http2Headers headers, boolean last, ChannelPromise promise) {
        encoder().writeHeaders(context(), stream.id(), headers, 0, last, promise);
    }

    /** Writes a piece of a body as far as the client's windows allow, and the rest when they do; unflushed. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise
    void write(Http2Stream stream, ByteBuf piece, boolean last, ChannelPromise promise) {
        encoder().writeData(context(), stream.id(), piece, 0, last, promise);
    }

    /** Ends the stream, unless it has ended, and what waits for its window. */
    @SuppressWarnings("FutureReturnValueIgnored") // where it can't be said, the connection is closed
    void reset(Http2Stream stream, Http2Error error) {
        if (stream.state() != Http2Stream.State.CLOSED) {
            encoder()
                    .writeRstStream(
                            context(), stream.id(), error.code(), context().newPromise());
            stream.close();
            flush();
        }
    }

    /** Flushes what was written, now or when what is being read has been. */
    void flush() {
        if (!reading) {
            flush(context());
        }
    }

    /** A wrong stream is reset. What can't be written is the failure of its promise. */
    @Override
    protected void onStreamError(
            ChannelHandlerContext fails, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        LOG.debug("stream failed remote={} why={}", connection.remote(), cause.toString());
        if (!outbound) {
            super.onStreamError(fails, false, cause, error);
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext fails, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        LOG.debug("connection failed remote={} why={}", connection.remote(), cause.toString());
        super.onConnectionError(fails, outbound, cause, error);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext fails, Throwable cause) {
        onError(fails, false, cause);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not in a pipeline yet");
    }

    /** A request, unless it is the trailers of a body for which it has been refused. */
    private void headers(int id, Http2Headers fields, boolean ended) {
        Http2Stream stream = connection().stream(id);
        if (stream.getProperty(carrierKey) != null) {
            return;
        }
        Http2Carrier carrier = new Http2Carrier(connection, this, stream);
        stream.setProperty(carrierKey, carrier);
        if (!Http2Request.isComplete(fields)) {
            reset(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        streams.add(carrier);
        if (streams.size() == 1 && !closing) {
            watchStreams();
        }
        carrier.begin(fields, ended);
    }

    private void closed(Http2Carrier carrier) {
        carrier.left();
        if (!streams.remove(carrier) || !streams.isEmpty()) {
            return;
        }
        if (closing) {
            closeGently();
        } else {
            connection.watch().arm(connection.serving().options().deadlines().idle(), this::goAway);
        }
    }

    private void countControlFrame() throws Http2Exception {
        if (++controlFrames <= CONTROL_FRAMES_A_SECOND) {
            return;
        }
        long now = System.nanoTime();
        if (now - second < Duration.ofSeconds(1).toNanos()) {
            closing = true;
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "a flood of control frames");
        }
        second = now;
        controlFrames = 1;
    }

    private void watchStreams() {
        Duration write = connection.serving().options().deadlines().write();
        connection.watch().arm(write.dividedBy(LOOKS), this::lookAtStreams);
    }

    private void lookAtStreams() {
        long now = System.nanoTime();
        for (Http2Carrier stream : List.copyOf(streams)) {
            stream.look(now);
        }
        if (!streams.isEmpty()) {
            watchStreams();
        }
    }

    private void drain() {
        if (streams.isEmpty()) {
            goAway();
        } else if (!closing) {
            closing = true;
            sayGoAway();
        }
    }

    @SuppressWarnings(
            "FutureReturnValueIgnored") // the connection is closed when its streams are, whether this was heard or not
    private void sayGoAway() {
        int last = connection().remote().lastStreamCreated();
        goAway(
                context(),
                last,
                Http2Error.NO_ERROR.code(),
                Unpooled.EMPTY_BUFFER,
                context().newPromise());
        flush();
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

    /** What the codec says of frames, and of the ends of streams. */
    private final class Frames extends Http2EventAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext reads, int id, Http2Headers fields, int padding, boolean ended) {
            headers(id, fields, ended);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext reads,
                int id,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean ended) {
            headers(id, fields, ended);
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2Carrier carrier = stream.getProperty(carrierKey);
            if (carrier != null) {
                closed(carrier);
            }
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext reads, int last, long error, ByteBuf why) {
            drain();
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext reads, int id, int dependency, short weight, boolean exclusive)
                throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext reads, Http2Settings settings) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext reads) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onPingRead(ChannelHandlerContext reads, long data) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext reads, long data) throws Http2Exception {
            countControlFrame();
        }

        @Override
        public void onUnknownFrame(ChannelHandlerContext reads, byte type, int id, Http2Flags flags, ByteBuf payload)
                throws Http2Exception {
            countControlFrame();
        }
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2, Builder> {
        private final Connection connection;

        Builder(Connection connection) {
            this.connection = connection;
            ServerOptions.Limits limits = connection.serving().options().limits();
            Http2Connection http = new DefaultHttp2Connection(true);
            UniformStreamByteDistributor turns = new UniformStreamByteDistributor(http);
            turns.minAllocationChunk(TURN);
            http.remote().flowController(new DefaultHttp2RemoteFlowController(http, turns));
            connection(http);
            initialSettings(
                    new Http2Settings().maxConcurrentStreams(limits.streams()).maxHeaderListSize(limits.headBytes()));
            validateHeaders(true);
            headerSensitivityDetector(Http2Carrier::isNeverAgain);
            // The deadlines are the connection's own.
            gracefulShutdownTimeoutMillis(0);
        }

        @Override
        protected Http2 build() {
            return super.build();
        }

        @Override
        protected Http2 build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2(connection, decoder, encoder, settings);
        }
    }
}
