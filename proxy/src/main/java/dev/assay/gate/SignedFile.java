package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.upstream.MirrorClient;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the bytes of a file must be, as far as signed metadata says.
 *
 * @param path {@code packages/…}, decoded
 * @param digests all of them must match; the first is the key in the store and the entity tag
 * @param length signed length in bytes; empty where only a page vouches and gives no size
 * @param maxBytes the cap where no length is signed
 * @param whole held back until verified, however long that takes: a {@code .metadata} file
 * @param mirrors who may be asked for the bytes, in this order: those of the repositories that sign it, and no others
 */
public record SignedFile(
        String path,
        List<Digest> digests,
        OptionalLong length,
        long maxBytes,
        boolean whole,
        List<MirrorClient> mirrors) {
    public SignedFile {
        digests = List.copyOf(digests);
        mirrors = List.copyOf(mirrors);
        if (digests.isEmpty()) {
            throw new IllegalArgumentException("a signed file has a digest: " + path);
        }
    }

    Digest key() {
        return digests.get(0);
    }

    /** What people call it. */
    String filename() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
