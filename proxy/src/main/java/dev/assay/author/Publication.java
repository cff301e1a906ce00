package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts one change before the readers, whole or not at all. Everything new is written under names that no published
 * metadata knows, then made durable; the rename of {@code timestamp.json} makes all of it visible at once. Whatever goes
 * wrong before that rename, readers keep the old state; files left over are replaced or collected by a later run.
 *
 * <p>A new root is renamed after the timestamp: {@code rotate} signs the timestamp and snapshot with the old and the new keys, so that
 * both are valid under either root. Each file's modification time is the time of publication, on which {@link Collector} relies. Used once, by one thread.
 */
final class Publication {

    /** Sees every step before it happens; a test stops the world there. */
    @FunctionalInterface
    interface Observer {
        Observer NONE = step -> {};

        /** An exception stands for a crash at this place. */
        void before(String step) throws IOException;
    }

    private final RepositoryFolder folder;
    private final Instant now;
    private final Observer observer;
    private final List<Path> unsynced = new ArrayList<>();
    private final Set<Path> touchedFolders = new LinkedHashSet<>();
    private int staged;

    Publication(RepositoryFolder folder, Instant now, Observer observer) {
        this.folder = folder;
        this.now = now;
        this.observer = observer;
    }

    /** Writes a file below the served folder; readers can't know of it before {@link #commit}. */
    void write(String relative, byte[] content) throws IOException {
        Path made = newStaged();
        Files.write(made, content);
        place(made, folder.published(relative));
    }

    /** As {@link #write}, from a file too large to hold, which must still have the digest that it was checked with. */
    void copy(String relative, Path source, Digest expected) throws IOException, RepositoryException {
        Path made = newStaged();
        Hasher hasher = new Hasher(List.of(expected.algorithm()));
        try (InputStream in = Files.newInputStream(source);
                OutputStream out = Files.newOutputStream(made)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hasher.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        }
        if (!hasher.finish().equals(List.of(expected))) {
            throw new RepositoryException(source + " was changed while it was being added; nothing was published");
        }
        place(made, folder.published(relative));
    }

    /** Writes one role's metadata under its versioned name. */
    void writeMetadata(String fileName, byte[] content) throws IOException {
        write("metadata/" + fileName, content);
    }

    /**
     * Makes everything written so far durable, then visible.
     *
     * @param projects whose unsigned {@code index.html} has to follow; noted durably first, so that a later run can finish it
     */
    void commit(byte[] timestamp, Collection<String> projects) throws IOException {
        sync();
        if (!projects.isEmpty()) {
            replace(folder.unfinished(), String.join("\n", projects).getBytes(StandardCharsets.UTF_8));
        }
        replace(folder.metadata().resolve("timestamp.json"), timestamp);
    }

    /** Makes a new root visible: the one step of a rotation that readers see besides the timestamp's. */
    void commitRoot(String fileName, byte[] root) throws IOException {
        sync();
        replace(folder.metadata().resolve(fileName), root);
    }

    /** Replaces one file atomically and durably: readers find the old bytes or the new ones. */
    void replace(Path target, byte[] content) throws IOException {
        Path made = newStaged();
        Files.write(made, content);
        sync(made);
        place(made, target);
        unsynced.remove(unsynced.size() - 1);
        syncFolders();
    }

    private Path newStaged() {
        return folder.staging().resolve(Integer.toString(staged++));
    }

    private void place(Path made, Path target) throws IOException {
        Files.setLastModifiedTime(made, FileTime.from(now));
        createFolders(target);
        observer.before(folder.path().relativize(target).toString());
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        unsynced.add(target);
    }

    private void createFolders(Path target) throws IOException {
        Path parent = target.getParent();
        while (parent != null && touchedFolders.add(parent) && !Files.isDirectory(parent)) {
            parent = parent.getParent();
        }
        Path direct = target.getParent();
        if (direct != null) {
            Files.createDirectories(direct);
        }
    }

    /** Makes everything written so far durable. */
    void sync() throws IOException {
        observer.before("sync");
        for (Path file : unsynced) {
            sync(file);
        }
        unsynced.clear();
        syncFolders();
    }

    private void syncFolders() throws IOException {
        for (Path touched : touchedFolders) {
            sync(touched);
        }
        touchedFolders.clear();
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
