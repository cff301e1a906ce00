package dev.assay.trust;

import dev.assay.crypto.SignatureScheme;
import java.util.Set;

/**
 * Bounds of the client workflow, and whose signatures count in it.
 *
 * @param rootMaxBytes a longer root is refused; likewise the next three, where no length is signed
 * @param targetsMaxBytes for the top-level targets and for every delegated role
 * @param maxDelegations roles visited in one search (TUF 5.6.7.1)
 * @param maxRootRotations new roots accepted in one update (TUF 5.3.3)
 * @param maxLoadedBytes bytes of delegated roles' files that are held parsed; the least useful go beyond that
 * @param schemes keys of others don't count, like keys of an unknown type
 */
public record TrustOptions(
        long rootMaxBytes,
        long timestampMaxBytes,
        long snapshotMaxBytes,
        long targetsMaxBytes,
        int maxDelegations,
        int maxRootRotations,
        long maxLoadedBytes,
        Set<SignatureScheme> schemes) {
    /** Classical keys alone count. */
    public static final TrustOptions DEFAULTS =
            new TrustOptions(512 << 10, 64 << 10, 64 << 20, 64 << 20, 32, 256, 256 << 20, SignatureScheme.CLASSICAL);

    public TrustOptions {
        schemes = Set.copyOf(schemes);
    }
}
