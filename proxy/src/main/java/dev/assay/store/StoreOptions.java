package dev.assay.store;

import java.nio.file.Path;

/**
 * Where the store keeps its data and how much it may take.
 *
 * @param folder the data folder; created when it is not there, used by one process at a time
 * @param cacheBytes upper bound of the database's own cache: keys, small records, indexes, and chunks read in part. File
 *     content is left to the page cache
 * @param maxBytes upper bound of all blobs on disk, stored and staged; what is asked for least makes room
 * @param maxStagedBytes upper bound of unverified bytes on disk, all transfers together; no more than {@code maxBytes}
 * @param reserveBytes free disk space that blobs leave alone, so that metadata can still be written
 * @param scrubBytesPerSecond how fast stored blobs are hashed again in the background; 0 for not at all
 * @param maxOpenFiles how many of the files that blobs lie in may be open at once to be sent from; a blob beyond that is read. The
 *     database itself has at most 512 open
 * @param verifyOnRead how a stored blob is checked each time it is opened
 */
public record StoreOptions(
        Path folder,
        long cacheBytes,
        long maxBytes,
        long maxStagedBytes,
        long reserveBytes,
        long scrubBytesPerSecond,
        int maxOpenFiles,
        VerifyOnRead verifyOnRead) {
    /** What is done before a stored blob is handed over. */
    public enum VerifyOnRead {
        /** Nothing: RocksDB's checksums, the scrubber and one hashing a process before it is sent from its file. */
        OFF,
        /** It is hashed whole. */
        SHA256
    }

    private static final long MIN_CACHE = 1 << 20;
    /** What young rows and one more group of them may take. */
    private static final long MIN_STORE = 64 << 20;

    public StoreOptions {
        if (folder.toString().isEmpty()) {
            throw new IllegalArgumentException("folder: \"\" (expected: a path)");
        }
        if (cacheBytes < MIN_CACHE) {
            throw new IllegalArgumentException("cacheBytes: " + cacheBytes + " (expected: >= " + MIN_CACHE + ")");
        }
        if (maxBytes < MIN_STORE) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: >= " + MIN_STORE + ")");
        }
        if (scrubBytesPerSecond < 0) {
            throw new IllegalArgumentException("scrubBytesPerSecond: " + scrubBytesPerSecond + " (expected: >= 0)");
        }
        if (maxOpenFiles < 0) {
            throw new IllegalArgumentException("maxOpenFiles: " + maxOpenFiles + " (expected: >= 0)");
        }
        if (maxStagedBytes < 1) {
            throw new IllegalArgumentException("maxStagedBytes: " + maxStagedBytes + " (expected: >= 1)");
        }
        maxStagedBytes = Math.min(maxStagedBytes, maxBytes);
        if (reserveBytes < 0) {
            throw new IllegalArgumentException("reserveBytes: " + reserveBytes + " (expected: >= 0)");
        }
    }

    /** The defaults for a data folder: 32 MiB of cache, 500 GiB of blobs and 8 GiB staged at most, 256 MiB left free, 4 MiB/s scrubbed, 512 open to be sent from. */
    public static StoreOptions in(Path folder) {
        return new StoreOptions(folder, 32L << 20, 500L << 30, 8L << 30, 256L << 20, 4L << 20, 512, VerifyOnRead.OFF);
    }
}
