package dev.assay.author;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** What every archive is held to before anything in it is believed. Bounds in bytes. */
final class Archive {

    /** The largest METADATA or PKG-INFO that is read. */
    static final int MAX_CORE_METADATA_BYTES = 8 << 20;

    /** Members of one archive. */
    static final int MAX_MEMBERS = 200_000;

    /** Below this much unpacked content the ratio is not looked at: text packs well. */
    private static final long RATIO_FROM_BYTES = 64L << 20;

    private static final long MAX_RATIO = 200;

    private Archive() {}

    /** Refuses an archive that unpacks to far more than it takes: a decompression bomb. */
    static void checkRatio(String filename, long packed, long unpacked) throws RepositoryException {
        if (unpacked > RATIO_FROM_BYTES && unpacked / Math.max(1, packed) > MAX_RATIO) {
            throw new RepositoryException(filename + ": unpacks to more than " + MAX_RATIO + " times its size of "
                    + packed + " bytes; refused as a decompression bomb");
        }
    }

    /** The most that {@link #checkRatio} lets an archive of this size unpack to. */
    static long maxUnpacked(long packed) {
        return Math.max(RATIO_FROM_BYTES, Math.max(1, packed) * (MAX_RATIO + 1));
    }

    static void checkMembers(String filename, int members) throws RepositoryException {
        if (members > MAX_MEMBERS) {
            throw new RepositoryException(
                    filename + ": more than " + String.format(Locale.ROOT, "%,d", MAX_MEMBERS) + " members");
        }
    }

    /** Refuses a member whose name would leave the folder that it is unpacked in. */
    static void checkMemberName(String filename, String member) throws RepositoryException {
        boolean leaves = member.startsWith("/") || member.indexOf('\\') >= 0 || member.indexOf('\0') >= 0;
        for (String part : member.split("/", -1)) {
            leaves |= part.equals("..");
        }
        if (leaves) {
            throw new RepositoryException(filename + ": a member's name leaves the archive: " + Text.quote(member));
        }
    }

    /** Reads a core metadata member whole, bounded by what it really unpacks to rather than by what it declares. */
    static byte[] readCoreMetadata(String filename, InputStream member) throws IOException, RepositoryException {
        byte[] content = member.readNBytes(MAX_CORE_METADATA_BYTES + 1);
        if (content.length > MAX_CORE_METADATA_BYTES) {
            throw new RepositoryException(
                    filename + ": core metadata is larger than " + MAX_CORE_METADATA_BYTES + " bytes");
        }
        return content;
    }
}
