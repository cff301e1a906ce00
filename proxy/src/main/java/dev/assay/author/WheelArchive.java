package dev.assay.author;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads the core metadata of a wheel (binary distribution format, PEP 427): a zip with exactly one {@code *.dist-info}
 * folder. Refused is whatever two unpackers could read differently: content before the first member, a name twice.
 */
final class WheelArchive {
    private static final String SUFFIX = ".dist-info";
    private static final byte[] LOCAL_HEADER = {'P', 'K', 3, 4};

    private WheelArchive() {}

    static ArchivedMetadata read(Path file, String filename) throws IOException, RepositoryException {
        checkBeginsAsZip(file, filename);
        try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
            List<ZipArchiveEntry> members = Collections.list(zip.getEntries());
            checkMembers(filename, Files.size(file), members);
            String distInfo = onlyDistInfo(filename, members);
            for (String needed : List.of("WHEEL", "RECORD")) {
                if (zip.getEntry(distInfo + SUFFIX + "/" + needed) == null) {
                    throw new RepositoryException(filename + ": has no " + distInfo + SUFFIX + "/" + needed);
                }
            }
            ZipArchiveEntry metadata = zip.getEntry(distInfo + SUFFIX + "/METADATA");
            if (metadata == null) {
                throw new RepositoryException(filename + ": has no " + distInfo + SUFFIX + "/METADATA");
            }
            try (InputStream content = zip.getInputStream(metadata)) {
                return new ArchivedMetadata(distInfo, Archive.readCoreMetadata(filename, content));
            }
        } catch (IOException e) {
            throw new RepositoryException(filename + ": is no readable zip: " + e.getMessage(), e);
        }
    }

    private static void checkBeginsAsZip(Path file, String filename) throws IOException, RepositoryException {
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(LOCAL_HEADER.length), LOCAL_HEADER)) {
                throw new RepositoryException(filename + ": is no zip (a wheel begins with the bytes PK 03 04)");
            }
        }
    }

    private static void checkMembers(String filename, long packed, List<ZipArchiveEntry> members)
            throws RepositoryException {
        Archive.checkMembers(filename, members.size());
        Set<String> names = new HashSet<>();
        long unpacked = 0;
        for (ZipArchiveEntry member : members) {
            Archive.checkMemberName(filename, member.getName());
            if (!names.add(member.getName())) {
                throw new RepositoryException(filename + ": holds two members named " + Text.quote(member.getName()));
            }
            unpacked += Math.max(0, member.getSize());
            if (unpacked < 0) {
                throw new RepositoryException(filename + ": declares more content than there can be");
            }
        }
        Archive.checkRatio(filename, packed, unpacked);
    }

    private static String onlyDistInfo(String filename, List<ZipArchiveEntry> members) throws RepositoryException {
        Set<String> found = new TreeSet<>();
        for (ZipArchiveEntry member : members) {
            String name = member.getName();
            int slash = name.indexOf('/');
            if (slash > 0 && name.substring(0, slash).endsWith(SUFFIX)) {
                found.add(name.substring(0, slash - SUFFIX.length()));
            }
        }
        if (found.size() != 1) {
            throw new RepositoryException(
                    filename + ": holds " + found.size() + " *" + SUFFIX + " folders (expected: exactly 1)");
        }
        return found.iterator().next();
    }
}
