package dev.assay.gate;

import dev.assay.tuf.TargetFile;

/** A signed page as it was published: verified, and not ours. */
public final class SignedPage {
    private final TargetFile target;
    private final byte[] bytes;

    SignedPage(TargetFile target, byte[] bytes) {
        this.target = target;
        this.bytes = bytes;
    }

    /** What is signed of it. */
    public TargetFile target() {
        return target;
    }

    /** Verbatim; the caller does not change them. */
    public byte[] bytes() {
        return bytes;
    }
}
