package dev.assay.store;

/**
 * What the metrics tell of the store, at one moment.
 *
 * @param bytes on disk in blobs, stored or staged
 * @param stagedBytes of them not stored yet, as far as room is taken for them
 * @param openFiles files of blobs that are open to be sent from
 * @param evicted blobs and groups of them that made room for others, since the start
 * @param scrubbedBytes hashed again, since the start
 * @param rotten blobs that the scrubber found damaged, since the start
 */
public record StoreFigures(
        long bytes, long stagedBytes, int openFiles, long evicted, long scrubbedBytes, long rotten) {}
