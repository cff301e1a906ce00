package dev.assay.store;

import dev.assay.crypto.Digest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Verified blobs by digest. Thread-safe; every method may block on the disk. */
public interface BlobStore {
    /** The blob that was committed under this digest. The caller closes it. */
    Optional<Blob> open(Digest digest);

    /**
     * A new, empty staged blob, which the caller commits or discards, and releases.
     *
     * @param expectedBytes how long it will get, -1 when unknown; more may be appended
     * @throws StoreException of kind FULL when there is no room for it, NOT_WRITABLE on a disk that takes no writes
     */
    StagedBlob stage(long expectedBytes);

    /**
     * Makes the blob that has this digest unknown under all its digests, durably; nothing happens when there is none. Those who
     * have it open read on; its space is given back after the last of them.
     */
    void forget(Digest digest);

    /**
     * One digest of each stored blob, in a fixed order, at most {@code limit} of them, for going through the whole store
     * without holding it up.
     *
     * @param after the last one seen; null to begin
     */
    List<Digest> list(@Nullable Digest after, int limit);
}
