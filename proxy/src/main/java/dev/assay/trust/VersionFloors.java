package dev.assay.trust;

/**
 * The lowest versions that may still be accepted, each under the key set that root named for its role when it was recorded
 * (TUF 5.3.11: a rotation of the timestamp or snapshot keys clears them).
 *
 * @param rootVersion the newest root trusted so far, 0 when none
 * @param timestampKeys fingerprint of root's timestamp keys and threshold; empty string when none
 * @param timestampVersion 0 when none
 * @param snapshotKeys fingerprint of root's snapshot keys and threshold; empty string when none
 * @param snapshotVersion 0 when none
 * @param time the time of the last successful refresh, epoch seconds, 0 when none
 */
public record VersionFloors(
        long rootVersion,
        String timestampKeys,
        long timestampVersion,
        String snapshotKeys,
        long snapshotVersion,
        long time) {
    public static final VersionFloors NONE = new VersionFloors(0, "", 0, "", 0, 0);
}
