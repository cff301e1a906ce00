package dev.assay.author;

import dev.assay.encoding.JsonException;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.RoleName;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The roles that wait for signatures, one file each. One that is no longer the next version is passed over as outdated. */
final class PendingRoles {
    private final RepositoryFolder folder;
    private final PublishedState published;

    PendingRoles(RepositoryFolder folder, PublishedState published) {
        this.folder = folder;
        this.published = published;
    }

    /** What waits for this role. */
    Optional<PendingRole> find(String role) throws IOException, RepositoryException {
        Path file = file(folder, role);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            PendingRole pending = PendingRole.read(role, Files.readAllBytes(file));
            return pending.version() == nextVersion(role) ? Optional.of(pending) : Optional.empty();
        } catch (JsonException | InvalidMetadataException e) {
            throw new RepositoryException(file + " is damaged (delete it and repeat the change): " + e.getMessage(), e);
        }
    }

    /** The targets that wait for this role, which is delegated to already. */
    Optional<Targets> targets(String role) throws IOException, RepositoryException {
        return find(role).filter(pending -> pending.delegation().isEmpty()).map(PendingRole::content);
    }

    /** The next version of a role that is delegated to already; signatures over an earlier draft of it are gone. */
    PendingRole next(String role, Map<TargetPath, TargetFile> targets, Instant expires) {
        return PendingRole.unsigned(
                role, new Targets(nextVersion(role), expires, targets, Optional.empty()), Optional.empty());
    }

    long nextVersion(String role) {
        return published.snapshot().entry(role).map(MetaFile::version).orElse(0L) + 1;
    }

    void save(PendingRole role, Publication publication) throws IOException {
        publication.replace(file(folder, role.name()), role.toBytes());
    }

    /** Names of all roles for which a file is there and current. */
    List<PendingRole> all() throws IOException, RepositoryException {
        List<PendingRole> all = new ArrayList<>();
        if (Files.isDirectory(folder.pending())) {
            try (var files = Files.newDirectoryStream(folder.pending(), "*.json")) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    find(name.substring(0, name.length() - ".json".length())).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    static void forget(RepositoryFolder folder, PendingRole role) throws IOException {
        Files.deleteIfExists(file(folder, role.name()));
    }

    private static Path file(RepositoryFolder folder, String role) {
        return folder.pending().resolve(RoleName.file(role));
    }
}
