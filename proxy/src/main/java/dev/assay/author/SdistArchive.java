package dev.assay.author;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the core metadata of an sdist (PEP 517, PEP 625): a {@code .tar.gz} with one folder at the top, in which {@code
 * PKG-INFO} lies.
 */
final class SdistArchive {
    private static final int GZIP_MAGIC = 0x1f8b;

    private SdistArchive() {}

    static ArchivedMetadata read(Path file, String filename) throws IOException, RepositoryException {
        long packed = Files.size(file);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            raw.mark(2);
            if ((raw.read() << 8 | raw.read()) != GZIP_MAGIC) {
                throw new RepositoryException(filename + ": is no gzip (an sdist begins with the bytes 1f 8b)");
            }
            raw.reset();
            return scan(filename, raw, packed);
        }
    }

    private static ArchivedMetadata scan(String filename, InputStream raw, long packed) throws RepositoryException {
        CountingStream unpacked = null;
        try {
            unpacked = new CountingStream(
                    GzipCompressorInputStream.builder()
                            .setInputStream(raw)
                            .setDecompressConcatenated(true)
                            .get(),
                    Archive.maxUnpacked(packed));
            return scan(filename, new TarArchiveInputStream(unpacked));
        } catch (IOException e) {
            if (unpacked != null) {
                Archive.checkRatio(filename, packed, unpacked.count);
            }
            throw new RepositoryException(filename + ": is no readable tar.gz: " + e.getMessage(), e);
        }
    }

    private static ArchivedMetadata scan(String filename, TarArchiveInputStream tar)
            throws IOException, RepositoryException {
        String top = null;
        byte[] coreMetadata = null;
        int members = 0;
        for (TarArchiveEntry member = tar.getNextEntry(); member != null; member = tar.getNextEntry()) {
            Archive.checkMembers(filename, ++members);
            String name = withoutDot(member.getName());
            Archive.checkMemberName(filename, name);
            if (name.isEmpty() || member.isGlobalPaxHeader()) {
                continue;
            }
            top = sameTop(filename, top, name);
            if (name.equals(top + "/PKG-INFO")) {
                if (coreMetadata != null || !member.isFile()) {
                    throw new RepositoryException(filename + ": holds PKG-INFO twice, or as no plain file");
                }
                coreMetadata = Archive.readCoreMetadata(filename, tar);
            }
        }
        if (top == null || coreMetadata == null) {
            throw new RepositoryException(filename + ": has no PKG-INFO in its top folder");
        }
        return new ArchivedMetadata(top, coreMetadata);
    }

    private static String withoutDot(String name) {
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private static String sameTop(String filename, @Nullable String top, String member) throws RepositoryException {
        int slash = member.indexOf('/');
        String first = slash < 0 ? member : member.substring(0, slash);
        if (top != null && !top.equals(first)) {
            throw new RepositoryException(filename + ": has more than one folder at its top: " + Text.quote(top)
                    + " and " + Text.quote(first));
        }
        return first;
    }

    /** Ends with an error past {@code limit} unpacked bytes, so that a bomb costs no more than that. */
    private static final class CountingStream extends FilterInputStream {
        private final long limit;
        private long count;

        CountingStream(InputStream in, long limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            counted(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            counted(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(Math.min(bytes, 1 << 20));
            counted(skipped);
            return skipped;
        }

        private void counted(long bytes) throws IOException {
            count += bytes;
            if (count > limit) {
                throw new IOException("unpacks to more than " + limit + " bytes");
            }
        }
    }
}
