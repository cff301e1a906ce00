package dev.assay.trust;

import dev.assay.crypto.SignatureScheme;
import java.util.Set;

/** The usual bounds with keys of other schemes. */
public final class TestOptions {
    private TestOptions() {}

    /** {@link TrustOptions#DEFAULTS}, but keys of these schemes count. */
    public static TrustOptions counting(Set<SignatureScheme> schemes) {
        TrustOptions usual = TrustOptions.DEFAULTS;
        return new TrustOptions(
                usual.rootMaxBytes(),
                usual.timestampMaxBytes(),
                usual.snapshotMaxBytes(),
                usual.targetsMaxBytes(),
                usual.maxDelegations(),
                usual.maxRootRotations(),
                usual.maxLoadedBytes(),
                schemes);
    }
}
