package dev.assay.gate;

import dev.assay.simple.DistributionFilename;
import dev.assay.simple.ProjectName;
import java.io.File;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells by name and place what a local file claims to be. */
final class LocalNames {
    private static final String METADATA = ".metadata";
    private static final String PACKAGES = "packages/";
    /** A consistent snapshot keeps targets under their digest and name (TUF 6.2). */
    private static final Pattern PREFIXED = Pattern.compile("([0-9a-f]{64,128})\\.(.+)");

    private static final Pattern PROJECT_FOLDER = Pattern.compile(".*/simple/([^/]+)/", Pattern.DOTALL);

    /** Page names of common mirror tools, and of our author. */
    private static final Pattern PAGE =
            Pattern.compile("(?:index\\.|index\\.v1_|vnd\\.pypi\\.simple\\.v1\\.)(html|json)");

    private LocalNames() {}

    static Optional<LocalFile> file(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        String full = absolute.toString().replace(File.separatorChar, '/');
        String name = full.substring(full.lastIndexOf('/') + 1);
        Matcher prefixed = PREFIXED.matcher(name);
        String prefix = prefixed.matches() ? prefixed.group(1) : "";
        String plain = prefix.isEmpty() ? name : name.substring(prefix.length() + 1);
        String folder = full.substring(0, full.length() - name.length());
        if (plain.endsWith(METADATA)) {
            String described = plain.substring(0, plain.length() - METADATA.length());
            return distribution(path, folder, described).map(found -> new LocalFile.CoreMetadata(path, found));
        }
        Optional<LocalFile> page = page(path, folder, plain, prefix);
        return page.isPresent() ? page : distribution(path, folder, plain).map(found -> found);
    }

    private static Optional<LocalFile.Distribution> distribution(Path path, String folder, String filename) {
        int packages = folder.lastIndexOf("/" + PACKAGES);
        Optional<String> place =
                packages < 0 ? Optional.empty() : Optional.of(folder.substring(packages + 1) + filename);
        return DistributionFilename.parse(filename)
                .map(parsed -> new LocalFile.Distribution(path, filename, parsed.projects(), place));
    }

    /** @param folder ends with a slash */
    private static Optional<LocalFile> page(Path path, String folder, String name, String prefix) {
        Matcher page = PAGE.matcher(name);
        Matcher above = PROJECT_FOLDER.matcher(folder);
        if (!page.matches() || !above.matches()) {
            return Optional.empty();
        }
        try {
            ProjectName project = ProjectName.normalize(above.group(1));
            return Optional.of(new LocalFile.Page(path, project, page.group(1).equals("json"), prefix));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
