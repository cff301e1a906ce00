package dev.assay.web;

import dev.assay.server.Body;
import java.nio.ByteBuffer;

/** The length of a body that HEAD asks for and nobody sends. */
record AnnouncedBody(long length) implements Body {
    @Override
    public int read(long position, ByteBuffer into) {
        throw new IllegalStateException("only HEAD is answered with it");
    }

    @Override
    public void close() {
        // nothing is open
    }
}
