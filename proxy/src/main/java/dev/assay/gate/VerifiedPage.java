package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectPage;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A project page that was byte for byte what is signed, parsed once, with its file URLs mapped below our own base.
 *
 * @param digest the signed digest: the page's identity
 * @param page the model to render from; its URLs are {@code ../../packages/…}; a quarantined project's has no files (PEP 792)
 * @param filesByPath the signed entries by path, {@code packages/…}
 */
public record VerifiedPage(Digest digest, ProjectPage page, Map<String, ProjectFile> filesByPath) {
    private static final String PACKAGES = "packages/";
    private static final String UP = "../../";
    private static final String QUARANTINED = "quarantined";

    public VerifiedPage {
        filesByPath = Map.copyOf(filesByPath);
    }

    /** Maps each file URL to the part that begins with {@code packages/}; what has no such part can't be asked for here and is left out. */
    static VerifiedPage of(Digest digest, ProjectPage signed) {
        List<ProjectFile> files = new ArrayList<>(signed.files().size());
        Map<String, ProjectFile> byPath = new HashMap<>();
        for (ProjectFile file : signed.files()) {
            Optional<String> raw = rawPackagesPath(file.url());
            if (raw.isPresent()) {
                files.add(served(file, raw.get()));
                byPath.put(decoded(raw.get()), file);
            }
        }
        boolean offered = !QUARANTINED.equals(signed.status());
        ProjectPage page = new ProjectPage(
                signed.name(),
                offered ? files : List.of(),
                signed.versions(),
                signed.status(),
                signed.statusReason(),
                signed.extra());
        return new VerifiedPage(digest, page, byPath);
    }

    /** Where a file of {@link #page} lies: {@code packages/…}, decoded. */
    static String path(ProjectFile served) {
        return decoded(served.url().substring(UP.length()));
    }

    /** The signed length, where the page gives it. */
    static OptionalLong size(ProjectFile file) {
        Long size = file.size();
        return size == null ? OptionalLong.empty() : OptionalLong.of(size);
    }

    /** Whether none of the project's files may be offered for download (PEP 792). */
    boolean quarantined() {
        return QUARANTINED.equals(page.status());
    }

    /** The entry for this decoded path, {@code packages/…/<filename>}. */
    Optional<ProjectFile> file(String path) {
        return Optional.ofNullable(filesByPath.get(path));
    }

    /** A {@code .metadata} file is advertised only where a supported digest makes it verifiable. */
    private static ProjectFile served(ProjectFile file, String rawPath) {
        List<Digest> metadata = file.coreMetadata();
        return new ProjectFile(
                file.filename(),
                UP + rawPath,
                file.digests(),
                file.requiresPython(),
                file.size(),
                file.uploadTime(),
                file.yanked(),
                metadata == null || metadata.isEmpty() ? null : metadata,
                file.provenance(),
                file.extra());
    }

    private static Optional<String> rawPackagesPath(String url) {
        try {
            String path = URI.create(url).getRawPath();
            int at = path == null ? -1 : ("/" + path).indexOf("/" + PACKAGES);
            return at < 0 ? Optional.empty() : Optional.of(path.substring(Math.max(0, at)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String rawPath) {
        return URI.create("/" + rawPath).getPath().substring(1);
    }
}
