package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of the decoder and hands it the bytes of one whole request head, unchanged, each time {@link #open} asks for one:
 * those that {@link HeadScanner} passed. What a client sends ahead waits here, unread beyond the size of one head. After each head
 * the handlers behind are told that the read is complete, so that they know that the decoder has said all of it. A refused head goes
 * on as the {@link RefusedRequestException}. Confined to the connection's event loop.
 */
final class HeadGate extends ChannelInboundHandlerAdapter {
    private static final int MOST_DISCARDED = 1 << 20;

    private final ServerOptions.Limits limits;
    private final Runnable headBegun;
    private final HeadScanner scanner;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf received;
    private boolean open = true;
    private boolean advancing;
    private boolean discarding;
    private long discarded;

    /** @param headBegun runs when a head has begun to arrive and is not whole */
    HeadGate(ServerOptions.Limits limits, Runnable headBegun) {
        this.limits = limits;
        this.headBegun = headBegun;
        this.scanner = new HeadScanner(limits);
    }

    /** Lets one more head through, now or when it is there. */
    void open() {
        open = true;
        readOn();
        advance();
    }

    /** Lets nothing through any more, and drops what waits. */
    void shut() {
        open = false;
        release();
    }

    /** After {@link #shut}: reads on and drops what comes; closes the connection when that is a lot. */
    void discard() {
        discarding = true;
        shut();
        readOn();
    }

    /** Whether part of a head has been seen. */
    boolean headHasBegun() {
        return scanner.begun();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (discarding) {
            drop(reading, bytes);
            return;
        }
        if (received == null) {
            received = bytes;
        } else {
            received.discardSomeReadBytes().writeBytes(bytes);
            bytes.release();
        }
        advance();
        if (!open && received != null && received.readableBytes() > limits.headBytes()) {
            reading.channel().config().setAutoRead(false);
        }
    }

    /** Says nothing to the handlers behind: a read of the socket is none of a head. */
    @Override
    public void channelReadComplete(ChannelHandlerContext reading) {}

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        shut();
        closed.fireChannelInactive();
    }

    /** A handler behind may call {@link #open} before the decoder has returned: the loop here then goes on, no deeper. */
    private void advance() {
        if (advancing || context == null) {
            return;
        }
        advancing = true;
        try {
            while (open && received != null && pass(context, received)) {}
        } catch (RefusedRequestException e) {
            shut();
            context.fireExceptionCaught(e);
        } finally {
            advancing = false;
        }
    }

    /** Passes the next head on; false when it is not whole yet. */
    private boolean pass(ChannelHandlerContext to, ByteBuf bytes) throws RefusedRequestException {
        boolean begun = scanner.begun();
        int length = scanner.scan(bytes);
        if (length < 0) {
            if (!begun) {
                headBegun.run();
            }
            return false;
        }
        open = false;
        if (length == bytes.readableBytes()) {
            received = null;
            to.fireChannelRead(bytes);
        } else {
            to.fireChannelRead(bytes.readRetainedSlice(length));
        }
        to.fireChannelReadComplete();
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // channelInactive follows
    private void drop(ChannelHandlerContext reading, ByteBuf bytes) {
        discarded += bytes.readableBytes();
        bytes.release();
        if (discarded > MOST_DISCARDED) {
            reading.channel().close();
        }
    }

    private void readOn() {
        if (context != null && !context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(true);
        }
    }

    private void release() {
        if (received != null) {
            received.release();
            received = null;
        }
    }
}
