package dev.assay.trust;

import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.InvalidMetadataException.Reason;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.RoleName;
import java.io.IOException;
import java.util.Optional;

/** Fetches metadata under the names and within the limits that apply to it. */
record Fetcher(MetadataSource source) {
    /** A file named by timestamp or snapshot: the signed length is its limit; empty when the source has no such file. */
    Optional<byte[]> fetch(String role, MetaFile entry, boolean consistent, long maxBytes)
            throws InvalidMetadataException, IOException {
        long length = entry.length().orElse(maxBytes);
        if (length > maxBytes) {
            throw tooLarge(role, length, maxBytes);
        }
        return fetch(role, consistent ? RoleName.file(entry.version(), role) : RoleName.file(role), length);
    }

    /** A file by its published name; empty when the source has no such file. */
    Optional<byte[]> fetch(String role, String fileName, long maxBytes) throws InvalidMetadataException, IOException {
        Optional<byte[]> bytes = source.fetch(fileName, maxBytes);
        if (bytes.isPresent() && bytes.get().length > maxBytes) {
            throw tooLarge(role, bytes.get().length, maxBytes);
        }
        return bytes;
    }

    private static InvalidMetadataException tooLarge(String role, long found, long maxBytes) {
        return new InvalidMetadataException(
                Reason.TOO_LARGE, role, role + ": " + found + " bytes (expected: <= " + maxBytes + ")");
    }

    static InvalidMetadataException missing(String role) {
        return new InvalidMetadataException(
                Reason.MISSING, role, "the source has no file for " + role + ", though signed metadata names it");
    }
}
