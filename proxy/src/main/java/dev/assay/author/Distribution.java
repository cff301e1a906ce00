package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.Hasher;
import dev.assay.simple.CoreMetadata;
import dev.assay.simple.DistributionFilename;
import dev.assay.simple.MalformedCoreMetadataException;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wheel or sdist that is not published yet, whose name, archive and core metadata agree.
 *
 * @param core what METADATA or PKG-INFO says
 * @param metadataFile the {@code .metadata} file to publish beside a wheel (PEP 658); null for an sdist, whose dependencies
 *     may only be known once it is built
 */
record Distribution(
        Path source,
        String filename,
        CoreMetadata core,
        long size,
        Digest sha256,
        Digest blake2b,
        @Nullable ArchivedMetadata metadataFile) {

    /** Reads and checks a file; throws {@link RepositoryException} with what contradicts what. */
    static Distribution read(Path source) throws IOException, RepositoryException {
        String filename = String.valueOf(source.getFileName());
        if (!Files.isRegularFile(source)) {
            throw new RepositoryException(source + " is no file");
        }
        DistributionFilename name = DistributionFilename.parse(filename)
                .orElseThrow(() -> new RepositoryException(
                        Text.quote(filename) + " is not the name of a wheel or sdist (PEP 427, PEP 625)"));
        boolean wheel = name instanceof DistributionFilename.Wheel;
        if (!wheel && !filename.endsWith(".tar.gz")) {
            throw new RepositoryException(filename + ": only wheels (.whl) and sdists (.tar.gz) are published");
        }
        List<Digest> digests = digests(source);
        long size = Files.size(source);
        ArchivedMetadata archived = wheel ? WheelArchive.read(source, filename) : SdistArchive.read(source, filename);
        CoreMetadata core = parse(filename, archived.content());
        checkAgreement(name, archived.folder(), core);
        return new Distribution(source, filename, core, size, digests.get(0), digests.get(1), wheel ? archived : null);
    }

    private static CoreMetadata parse(String filename, byte[] content) throws RepositoryException {
        try {
            return CoreMetadata.parse(content);
        } catch (MalformedCoreMetadataException e) {
            throw new RepositoryException(filename + ": core metadata: " + e.getMessage(), e);
        }
    }

    private static void checkAgreement(DistributionFilename name, String folder, CoreMetadata core)
            throws RepositoryException {
        String says = Text.quote(core.name()) + " " + Text.quote(core.version());
        if (!name.names(core.project(), core.version())) {
            throw new RepositoryException(
                    name.filename() + ": its name contradicts its core metadata, which says " + says);
        }
        // The folder is called name-version too, so that it reads as the name of an sdist does.
        boolean agrees = DistributionFilename.parse(folder + ".tar.gz")
                .filter(asName -> asName.names(core.project(), core.version()))
                .isPresent();
        if (!agrees) {
            throw new RepositoryException(name.filename() + ": its folder " + Text.quote(folder)
                    + " contradicts its core metadata, which says " + says);
        }
    }

    private static List<Digest> digests(Path source) throws IOException {
        Hasher hasher = new Hasher(List.of(HashAlgorithm.SHA256, HashAlgorithm.BLAKE2B_256));
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(source)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hasher.update(buffer, 0, read);
            }
        }
        return hasher.finish();
    }

    ProjectName project() {
        return core.project();
    }

    String packagesPath() {
        return PageTargets.packagesPath(blake2b, filename);
    }

    /** The file as its project's page lists it. */
    ProjectFile listed(Instant uploadTime) {
        List<Digest> coreMetadata =
                metadataFile == null ? null : List.of(Digest.of(HashAlgorithm.SHA256, metadataFile.content()));
        return new ProjectFile(
                filename,
                PageTargets.url(packagesPath()),
                List.of(sha256),
                core.requiresPython(),
                size,
                uploadTime,
                null,
                coreMetadata,
                null,
                Map.of());
    }
}
