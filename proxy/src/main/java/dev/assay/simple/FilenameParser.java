package dev.assay.simple;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the names of distribution files apart.
 *
 * <p>A wheel's name says exactly where the project's name ends (PEP 427). That of an sdist does since PEP 625 only; in older
 * ones both the name and the version can hold dashes, so that every dash is a candidate. Those come first whose right side is
 * a version by PEP 440, then those where it at least starts with a digit, and among equals the leftmost dash.
 */
final class FilenameParser {
    private static final int MAX_CANDIDATES = 8;
    private static final int IS_VERSION = 2;
    private static final String WHEEL = ".whl";
    private static final String DEBIAN = ".deb";
    /** What indexes have ever accepted beside wheels. */
    private static final List<String> ARCHIVES = List.of(
            ".tar.gz",
            ".zip",
            ".tar.bz2",
            ".tgz",
            ".tar.xz",
            ".tar.Z",
            ".tbz",
            ".tar",
            ".egg",
            ".exe",
            ".msi",
            ".rpm",
            ".dmg",
            DEBIAN);

    private FilenameParser() {}

    /** One way to read the name of an archive. */
    record Split(ProjectName project, String version, int likelihood) {
        /** The rest may go on after the version: {@code -py3.8} of an egg, {@code .win32} of an installer, a packager's release. */
        boolean isVersion(String other) {
            boolean goesOn = version.startsWith(other + "-")
                    || version.startsWith(other + ".win")
                    || version.startsWith(other + "_");
            return PackageVersion.same(version, other) || (likelihood < IS_VERSION && goesOn);
        }
    }

    static Optional<DistributionFilename> parse(String filename) {
        if (!ProjectFile.isFilename(filename)) {
            return Optional.empty();
        }
        if (filename.endsWith(WHEEL)) {
            return wheel(filename);
        }
        Set<ProjectName> projects = new LinkedHashSet<>();
        for (Split split : splits(filename)) {
            projects.add(split.project());
        }
        if (projects.isEmpty()) {
            return Optional.empty();
        }
        List<ProjectName> candidates = projects.stream().limit(MAX_CANDIDATES).toList();
        return Optional.of(new DistributionFilename.Sdist(filename, candidates));
    }

    private static Optional<DistributionFilename> wheel(String filename) {
        String[] parts =
                filename.substring(0, filename.length() - WHEEL.length()).split("-", -1);
        if (parts.length != 5 && parts.length != 6) {
            return Optional.empty();
        }
        for (String part : parts) {
            if (!isWheelPart(part)) {
                return Optional.empty();
            }
        }
        boolean hasBuild = parts.length == 6;
        if (hasBuild && !startsWithDigit(parts[2])) {
            return Optional.empty();
        }
        int tags = parts.length - 3;
        return project(parts[0])
                .map(project -> new DistributionFilename.Wheel(
                        filename,
                        project,
                        parts[1],
                        hasBuild ? Optional.of(parts[2]) : Optional.empty(),
                        String.join("-", parts[tags], parts[tags + 1], parts[tags + 2])));
    }

    /** Every reading of an archive's name, most likely first; empty when it has none or is no archive. */
    static List<Split> splits(String filename) {
        Optional<String> extension =
                ARCHIVES.stream().filter(filename::endsWith).findFirst();
        if (extension.isEmpty()) {
            return List.of();
        }
        String stem = filename.substring(0, filename.length() - extension.get().length());
        boolean debian = extension.get().equals(DEBIAN); // name_version_architecture.deb
        List<Split> splits = new ArrayList<>();
        for (int i = 1; i < stem.length() - 1; i++) {
            if (stem.charAt(i) == '-' || (debian && stem.charAt(i) == '_')) {
                String version = stem.substring(i + 1);
                project(stem.substring(0, i))
                        .ifPresent(project -> splits.add(new Split(project, version, likelihood(version))));
            }
        }
        splits.sort(Comparator.comparingInt(Split::likelihood).reversed());
        return splits;
    }

    private static int likelihood(String version) {
        if (PackageVersion.parse(version).isPresent()) {
            return IS_VERSION;
        }
        return startsWithDigit(version) ? 1 : 0;
    }

    private static Optional<ProjectName> project(String name) {
        try {
            return Optional.of(ProjectName.normalize(name));
        } catch (IllegalArgumentException noName) {
            return Optional.empty();
        }
    }

    private static boolean startsWithDigit(String text) {
        return text.charAt(0) >= '0' && text.charAt(0) <= '9';
    }

    /** Letters, digits, {@code _.}, and the {@code +} and {@code !} of versions. */
    private static boolean isWheelPart(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && "_.+!".indexOf(c) < 0) {
                return false;
            }
        }
        return !part.isEmpty();
    }
}
