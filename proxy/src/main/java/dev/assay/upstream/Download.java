package dev.assay.upstream;

import java.util.OptionalLong;

/**
 * One transfer in progress: a response whose head has come. Read by one thread; may be closed by another, which cuts a read
 * that blocks. Whoever opened it closes it; closing before the end cuts the connection instead of draining it.
 */
public interface Download extends AutoCloseable {
    /** Where in the artifact the body begins: where it was asked to, or 0 from an upstream that sends no ranges. */
    long offset();

    /** The length of the body that the upstream claims; empty when it claims none. */
    OptionalLong contentLength();

    /**
     * Waits for bytes.
     *
     * @param length at least 1
     * @return how many came, at least one, or -1 at the end of a complete body
     * @throws UpstreamException when the body can't be completed; the download is then of no more use
     */
    int read(byte[] into, int offset, int length) throws UpstreamException;

    /** Where the bytes come from, as far as the response's head tells. */
    Provenance provenance();

    @Override
    void close();
}
