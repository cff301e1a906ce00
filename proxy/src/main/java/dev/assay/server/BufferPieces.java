package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Iterator;

/** A body in memory on its way to the socket, in pieces that share its bytes. Whoever asks for more than there is gets empty ones. */
record BufferPieces(ByteBuffer body, int pieceBytes) implements Iterator<ByteBuf> {
    @Override
    public boolean hasNext() {
        return body.hasRemaining();
    }

    @Override
    public ByteBuf next() {
        int count = Math.min(body.remaining(), pieceBytes);
        ByteBuf piece = Unpooled.wrappedBuffer(body.slice(body.position(), count));
        body.position(body.position() + count);
        return piece;
    }
}
