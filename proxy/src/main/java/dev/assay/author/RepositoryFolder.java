package dev.assay.author;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where everything of a repository lies. Only {@link #published} is served; keys, drafts and files in the making are its
 * siblings, so that no web server can hand them out.
 *
 * <pre>
 * DIR/root.json     the first root, which readers pin
 * DIR/settings.json {@link Settings}
 * DIR/keys/         private keys, mode 0700
 * DIR/pending/      roles of claimed projects that wait for more signatures
 * DIR/follow/   what a follower of an index remembers; see {@code author.follow}
 * DIR/staging/      files in the making; emptied on every start
 * DIR/unfinished    projects whose unsigned index.html is not yet up to date
 * DIR/public/       metadata/, simple/, packages/
 * </pre>
 */
record RepositoryFolder(Path path) {

    Path pinnedRoot() {
        return path.resolve("root.json");
    }

    Path settings() {
        return path.resolve("settings.json");
    }

    Path keys() {
        return path.resolve("keys");
    }

    Path pending() {
        return path.resolve("pending");
    }

    Path follow() {
        return path.resolve("follow");
    }

    Path staging() {
        return path.resolve("staging");
    }

    Path unfinished() {
        return path.resolve("unfinished");
    }

    Path published() {
        return path.resolve("public");
    }

    Path metadata() {
        return published().resolve("metadata");
    }

    /** A file of the served tree by its {@code /}-separated path, which our own code has made. */
    Path published(String relative) {
        Path served = published().normalize();
        Path file = served.resolve(relative).normalize();
        if (!file.startsWith(served)) {
            throw new IllegalArgumentException("path leaves the served folder: " + relative);
        }
        return file;
    }

    /** Makes the folders of a new repository; {@code path} must be absent or empty. */
    void create() throws IOException, RepositoryException {
        if (Files.exists(path) && !isEmptyFolder()) {
            throw new RepositoryException(path + " is not empty (expected: a new or empty folder)");
        }
        for (Path folder : List.of(path, pending(), staging(), published(), metadata())) {
            Files.createDirectories(folder);
        }
        Files.createDirectories(published("simple"));
        Files.createDirectories(published("packages"));
        Files.createDirectory(
                keys(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private boolean isEmptyFolder() throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(path)) {
            return inside.findAny().isEmpty();
        }
    }

    /** Takes the lock that keeps two runs apart; closing the channel gives it back, and so does the end of the process. */
    FileChannel lock() throws IOException, RepositoryException {
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same refusal as for another one.
        }
        channel.close();
        throw new RepositoryException(path + " is in use by another run (wait for it to end)");
    }

    /** Removes what a crashed run left half made. */
    void clearStaging() throws IOException {
        Files.createDirectories(staging());
        try (Stream<Path> left = Files.list(staging())) {
            for (Path file : (Iterable<Path>) left::iterator) {
                Files.delete(file);
            }
        }
    }
}
