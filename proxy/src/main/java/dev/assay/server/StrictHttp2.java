package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Netty's codec, with all of its limits, and with one rule more: a client that goes on with a stream which it has ended, or goes back in its
 * stream numbers, loses the connection (RFC 9113, 5.1 and 5.1.1). Netty keeps nothing of closed streams, can't tell such a client from one that has
 * not yet heard of a reset, and so resets the stream alone. Confined to the connection's event loop.
 */
final class StrictHttp2 extends DecoratingHttp2ConnectionDecoder {
    /** Further ones count as ended: nothing here takes a body, so nobody but an attacker leaves so many. */
    private static final int MOST_UNENDED = 1_000;

    /** Streams that their client has not ended, as far as is known: it may go on with them. */
    private final Set<Integer> unended = new HashSet<>();

    private int streams;
    private boolean skipped;

    private StrictHttp2(Http2ConnectionDecoder netty) {
        super(netty);
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamAdded(Http2Stream stream) {
                streams++;
                skipped |= stream.id() != 2 * streams - 1;
            }

            @Override
            public void onStreamActive(Http2Stream stream) {
                if (stream.state() == Http2Stream.State.OPEN && unended.size() < MOST_UNENDED) {
                    unended.add(stream.id());
                }
            }

            @Override
            public void onStreamHalfClosed(Http2Stream stream) {
                if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                    unended.remove(stream.id());
                }
            }
        });
    }

    /** What makes the codec. */
    static final class Builder extends Http2FrameCodecBuilder {
        Builder() {
            server(true);
            gracefulShutdownTimeoutMillis(0); // as forServer() has it
        }

        @Override
        protected Http2FrameCodec build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return super.build(new StrictHttp2(decoder), encoder, settings);
        }
    }

    @Override
    public void decodeFrame(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Http2Exception {
        try {
            super.decodeFrame(context, in, out);
        } catch (StreamException e) {
            throw e.error() == Http2Error.STREAM_CLOSED && !unended.contains(e.streamId()) ? fatal(e) : e;
        }
    }

    private Http2Exception fatal(StreamException e) {
        return Http2Exception.connectionError(
                skipped ? Http2Error.PROTOCOL_ERROR : Http2Error.STREAM_CLOSED,
                e,
                "Stream %d was ended, or is behind the last one",
                e.streamId());
    }
}
