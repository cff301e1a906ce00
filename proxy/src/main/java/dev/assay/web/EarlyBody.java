package dev.assay.web;

import dev.assay.gate.CutException;
import dev.assay.gate.EarlyFile;
import dev.assay.observe.Metrics;
import dev.assay.server.Body;
import dev.assay.server.BodyCutException;
import java.nio.ByteBuffer;

/** A file that is still being verified as a response body: the server cuts the connection when it must not complete. */
record EarlyBody(EarlyFile file, Metrics metrics) implements Body {
    @Override
    public long length() {
        return file.length();
    }

    @Override
    public int read(long position, ByteBuffer into) throws BodyCutException {
        try {
            return file.read(position, into);
        } catch (CutException e) {
            metrics.responseCut();
            throw new BodyCutException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void onReadable(long position, Runnable wake) {
        file.onReadable(position, wake);
    }

    @Override
    public void close() {
        file.close();
    }
}
