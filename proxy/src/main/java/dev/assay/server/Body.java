package dev.assay.server;

import dev.assay.store.FileParts;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The body of a response as the server pulls it. {@code read} is called on a serving worker, never on an event loop, and by one
 * thread at a time; the server closes the body exactly once, however the exchange ends.
 */
public interface Body extends AutoCloseable {
    /** Bytes that will follow, exactly: the Content-Length. */
    long length();

    /**
     * Copies what can be had now from {@code position} into {@code into}. Returns the number of bytes, 0 when nothing can be had
     * yet: then {@link #onReadable} says when to ask again.
     *
     * @throws BodyCutException when the rest must never be sent: the server closes the connection (HTTP/2: resets the stream)
     */
    int read(long position, ByteBuffer into) throws BodyCutException;

    /**
     * All bytes from {@code position} on, at least 1, as they lie in a file, which the server closes when they are sent; empty when they
     * have to be {@link #read}. Called as {@code read} is.
     */
    default Optional<FileParts> file(long position) {
        return Optional.empty();
    }

    /** Runs {@code wake} once, soon, when {@code read} at {@code position} would no longer return 0, or would throw. */
    default void onReadable(long position, Runnable wake) {
        wake.run();
    }

    @Override
    void close();
}
