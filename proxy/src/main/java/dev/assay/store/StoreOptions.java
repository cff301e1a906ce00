package dev.assay.store;

import java.nio.file.Path;

/**
 * Where the store keeps its data and how much it may take.
 *
 * @param folder the data folder; created when it is not there, used by one process at a time
 * @param cacheBytes upper bound of the database's own cache: keys, small records, indexes, and chunks read in part. File
 *     content is left to the page cache
 * @param maxStagedBytes upper bound of unverified bytes on disk, all transfers together
 * @param reserveBytes free disk space that staging leaves alone, so that metadata can still be written
 */
public record StoreOptions(Path folder, long cacheBytes, long maxStagedBytes, long reserveBytes) {
    private static final long MIN_CACHE = 1 << 20;

    public StoreOptions {
        if (folder.toString().isEmpty()) {
            throw new IllegalArgumentException("folder: \"\" (expected: a path)");
        }
        if (cacheBytes < MIN_CACHE) {
            throw new IllegalArgumentException("cacheBytes: " + cacheBytes + " (expected: >= " + MIN_CACHE + ")");
        }
        if (maxStagedBytes < 1) {
            throw new IllegalArgumentException("maxStagedBytes: " + maxStagedBytes + " (expected: >= 1)");
        }
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserveBytes: " + reserveBytes + " (expected: >= 0)");
        }
    }

    /** The defaults for a data folder: 32 MiB of cache, 8 GiB staged at most, 256 MiB left free. */
    public static StoreOptions in(Path folder) {
        return new StoreOptions(folder, 32L << 20, 8L << 30, 256L << 20);
    }
}
