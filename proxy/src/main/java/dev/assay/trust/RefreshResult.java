package dev.assay.trust;

/**
 * What a refresh came to, for logs and metrics.
 *
 * @param changed whether anything at all is newer than before
 */
public record RefreshResult(boolean changed, long root, long timestamp, long snapshot, long targets) {}
