package dev.assay.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;

/**
 * What carries the answer of an exchange: an HTTP/1.1 connection, or one stream of HTTP/2. It knows how an answer is framed and what
 * becomes of a client that does not take it; what is answered, it does not. Used on the channel's event loop.
 */
interface Carrier {
    /** The connection. */
    Channel channel();

    /** For logs: {@code HTTP/1.1} or {@code HTTP/2}. */
    String protocol();

    /** The most bytes of a body to put into one piece: a client's progress is seen by pieces. */
    int pieceBytes();

    /** Whether a region of a file may be written as it is, for the kernel to send: over a plain connection. */
    boolean sendsFiles();

    /** Writes the head of an answer that has a body, unflushed. */
    void head(Response response, long length, String id);

    /**
     * Writes the next bytes of the body, which it takes over, and flushes.
     *
     * @param piece a ByteBuf, or, where files are sent, a FileRegion
     * @param promise done when the socket has taken all of it, or nothing can be sent any more
     */
    void piece(Object piece, boolean last, ChannelPromise promise);

    /** Writes a whole answer with a small body, which is copied, or none, and flushes. */
    void whole(Response response, long length, ByteBuffer body, String id, ChannelPromise promise);

    /** Bytes wait for the client: from now, or from its last progress, it has the write deadline. */
    void awaitsClient();

    /** Nothing waits for the client; what the exchange waits for has a deadline of its own. */
    void awaitsHandler();

    /** The answer is complete. */
    void finished();

    /** Ends the answer so that it can't be taken for complete: what was not sent never is. */
    void cut();
}
