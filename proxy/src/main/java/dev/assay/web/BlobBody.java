package dev.assay.web;

import dev.assay.server.Body;
import dev.assay.store.Blob;
import dev.assay.store.FileParts;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A verified, stored blob, or a part of it, as a response body. Closing it closes the blob. */
record BlobBody(Blob blob, long first, long length) implements Body {
    @Override
    public int read(long position, ByteBuffer into) {
        int most = (int) Math.min(into.remaining(), length - position);
        if (most == 0) {
            return 0;
        }
        ByteBuffer part = into.slice(into.position(), most);
        int count = blob.read(first + position, part);
        into.position(into.position() + count);
        return count;
    }

    @Override
    public Optional<FileParts> file(long position) {
        return blob.file(first + position, length - position);
    }

    @Override
    public void close() {
        blob.close();
    }
}
