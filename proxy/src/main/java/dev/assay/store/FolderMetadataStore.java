package dev.assay.store;

import dev.assay.store.StoreException.Kind;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Metadata in a plain folder, as TUF clients keep it for people to look at: {@code root.json} (the newest), {@code timestamp.json}
 * and so on, verbatim, role names percent-encoded. The sub-folder {@code state} holds every root by version and the version
 * floors. Files are replaced atomically and durably. One updater at a time: a lock in
 * {@code state} keeps others out until this is closed, or the process has ended.
 */
public final class FolderMetadataStore implements MetadataStore, AutoCloseable {
    private static final String ROOT = "root";
    private static final String SUFFIX = ".json";
    /** What file systems allow. */
    private static final int MAX_NAME = 255;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path folder;
    private final Path state;
    private final FloorsFile floors;
    private final FolderLock lock;

    /**
     * Creates what is missing of the folder and waits a few seconds for another updater to let go of it.
     *
     * @throws StoreException of kind DAMAGED when it has metadata but no floors, LOCKED when another updater keeps it
     */
    public FolderMetadataStore(Path folder) {
        this.folder = folder;
        this.state = folder.resolve("state");
        this.floors = new FloorsFile(
                state.resolve("floors"),
                "delete the folder " + folder
                        + " and begin again. That forgets which versions were seen, so until the next refresh an old state of"
                        + " the repository could be replayed");
        try {
            DurableFile.createFolder(folder);
            DurableFile.createFolder(state);
            this.lock = FolderLock.take(folder, state.resolve("lock"), PATIENCE);
        } catch (IOException e) {
            throw notWritable(e);
        }
        boolean opened = false;
        try {
            if (floors.read().isEmpty()) {
                requireNoMetadata();
                floors.write(VersionFloors.NONE);
            }
            opened = true;
        } catch (IOException e) {
            throw notWritable(e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /** Lets the next updater in. A second call does nothing. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw Faults.of(folder, "unlocking", e);
        }
    }

    private void requireNoMetadata() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.anyMatch(file -> file.toString().endsWith(SUFFIX))) {
                throw floors.missing();
            }
        }
    }

    private StoreException notWritable(IOException cause) {
        return new StoreException(
                Kind.NOT_WRITABLE,
                "metadata folder " + folder + " can't be used (" + Faults.reason(cause) + ")",
                cause);
    }

    @Override
    public Optional<byte[]> root(long version) {
        return read(rootFile(version));
    }

    @Override
    public void saveRoot(long version, byte[] bytes) {
        write(rootFile(version), bytes);
        if (root(version + 1).isEmpty()) {
            write(folder.resolve(ROOT + SUFFIX), bytes);
        }
    }

    private Path rootFile(long version) {
        return state.resolve(version + ".root");
    }

    @Override
    public Optional<byte[]> load(String role) {
        return isTooLong(role) ? Optional.empty() : read(roleFile(role));
    }

    @Override
    public void save(String role, byte[] bytes) {
        requireNotRoot(role);
        if (isTooLong(role)) {
            throw new StoreException(
                    Kind.IO, "role name of " + role.length() + " characters is too long for a file name");
        }
        write(roleFile(role), bytes);
    }

    private static void requireNotRoot(String role) {
        if (role.equals(ROOT)) {
            throw new IllegalArgumentException("role: root (expected: another one; roots are kept by version)");
        }
    }

    private static boolean isTooLong(String role) {
        return FileNames.encode(role).length() + SUFFIX.length() > MAX_NAME;
    }

    private Path roleFile(String role) {
        return folder.resolve(FileNames.encode(role) + SUFFIX);
    }

    @Override
    public VersionFloors floors() {
        return floors.read().orElseThrow(floors::missing);
    }

    @Override
    public void saveFloors(VersionFloors newFloors) {
        floors.write(newFloors);
    }

    private Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw Faults.of(file, "reading metadata", e);
        }
    }

    private synchronized void write(Path file, byte[] bytes) {
        try {
            DurableFile.write(file, state.resolve("new"), bytes);
        } catch (IOException e) {
            throw Faults.of(file, "writing metadata", e);
        }
    }
}
