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
            throw tooLong(Reason.TOO_LARGE, role, length + " bytes", maxBytes);
        }
        String fileName = consistent ? RoleName.file(entry.version(), role) : RoleName.file(role);
        return fetch(role, fileName, length, entry.length().isPresent() ? Reason.MISMATCH : Reason.TOO_LARGE);
    }

    /** A file by its published name; empty when the source has no such file. */
    Optional<byte[]> fetch(String role, String fileName, long maxBytes) throws InvalidMetadataException, IOException {
        return fetch(role, fileName, maxBytes, Reason.TOO_LARGE);
    }

    private Optional<byte[]> fetch(String role, String fileName, long maxBytes, Reason whenLonger)
            throws InvalidMetadataException, IOException {
        Optional<byte[]> bytes;
        try {
            bytes = source.fetch(fileName, maxBytes);
        } catch (MetadataSource.TooLongException e) {
            throw tooLong(whenLonger, role, String.valueOf(e.getMessage()), maxBytes);
        }
        if (bytes.isPresent() && bytes.get().length > maxBytes) {
            throw tooLong(whenLonger, role, bytes.get().length + " bytes", maxBytes);
        }
        return bytes;
    }

    private static InvalidMetadataException tooLong(Reason reason, String role, String found, long maxBytes) {
        return new InvalidMetadataException(
                reason, role, role + ": " + found + " (expected: <= " + maxBytes + " bytes)");
    }

    static InvalidMetadataException missing(String role) {
        return new InvalidMetadataException(
                Reason.MISSING, role, "the source has no file for " + role + ", though signed metadata names it");
    }
}
