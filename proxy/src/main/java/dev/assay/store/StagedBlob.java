package dev.assay.store;

import dev.assay.crypto.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Bytes of a transfer in progress, unverified: appended by one thread, readable by any number of others as far as they reach.
 * Ends in {@link #commit} or {@link #discard}; what is neither survives no restart, and is discarded by the last release.
 *
 * <p>It has a reference count: it starts at one, the writer's; {@link #retain} for each reader, {@link #release} when done.
 * Commit and discard do not let go of the writer's reference: the writer releases after either. Whoever holds one can read, what
 * is discarded too.
 */
public interface StagedBlob {
    /**
     * Adds bytes at the end. Writer only. May block on the disk.
     *
     * @throws StoreException of kind FULL when there is no room for more
     */
    void append(byte[] bytes, int offset, int length);

    /** Bytes appended so far and readable. */
    long size();

    /** As {@link Blob#read}, below {@link #size()}. */
    int read(long position, ByteBuffer into);

    /** No more bytes come. Writer only, before a commit; without it a commit does the same. May block on the disk. */
    default void complete() {}

    /** As {@link Blob#file}, once it is complete. Whoever gets the bytes closes them, and holds no other reference for that. */
    default Optional<FileParts> file(long position, long length) {
        return Optional.empty();
    }

    /**
     * Makes the blob exist under each of the digests; durable on return. The caller has verified them over exactly the appended
     * bytes. When a blob with one of them exists already, that one is kept. Writer only, once.
     */
    void commit(List<Digest> digests);

    /**
     * As {@link #commit(List)}, but a small blob may be stored a moment later, with others at once: that spares the disk and the
     * processor half of it, and nobody waits for the disk. The bytes stay readable until then, whoever releases.
     *
     * @param done told once when the blob exists, durably, or what kept it from that, which is a {@link StoreException} unless it is a
     *     fault of the program; on this thread before it returns, or on one of the store's own
     */
    default void commit(List<Digest> digests, Consumer<Optional<Throwable>> done) {
        Optional<Throwable> failure = Optional.empty();
        try {
            commit(digests);
        } catch (RuntimeException | Error e) {
            failure = Optional.of(e);
        }
        done.accept(failure);
    }

    /** Gives the bytes up: they never become a blob. Writer only; after a commit, or a second time, it does nothing. */
    void discard();

    /** Adds a reference for one who holds one already, or on whose behalf somebody does. */
    void retain();

    /** Lets go of one reference. */
    void release();
}
