package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;

/**
 * What carries the answer of an exchange: an HTTP/1.1 connection, or one stream of HTTP/2. It knows how an answer is framed and what
 * becomes of a client that does not take it; what is answered, it does not. Used on the channel's event loop, but for {@link #cut}.
 */
interface Carrier {
    /** Where the messages made here are written. */
    Channel channel();

    /** For logs: {@code HTTP/1.1} or {@code HTTP/2}. */
    String protocol();

    /** The most bytes of a body to put into one message: a client's progress is seen by messages. */
    int pieceBytes();

    /** Whether a region of a file may be written as it is, for the kernel to send: over a plain connection. */
    boolean sendsFiles();

    /** Writes the head of an answer that has a body, unflushed. */
    void head(Response response, long length, String id);

    /** The next bytes of the body, which it takes over, as a message to write. */
    Object piece(ByteBuf bytes, boolean last);

    /** A whole answer with a small body, which is copied, or none, as a message to write; may write others that go before it. */
    Object whole(Response response, long length, ByteBuffer body, String id);

    /** Bytes wait for the client: from now, or from its last progress, it has the write deadline. */
    void awaitsClient();

    /** Nothing waits for the client; what the exchange waits for has a deadline of its own. */
    void awaitsHandler();

    /** The answer is complete. */
    void finished();

    /** Ends the answer so that it can't be taken for complete: what was not sent never is. From any thread. */
    void cut();
}
