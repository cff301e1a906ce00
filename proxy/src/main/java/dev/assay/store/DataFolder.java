package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layout of the data folder: {@code lock}, {@code format} (the format's version), {@code floors/} (one file per repository),
 * {@code db/} and {@code staging/} (large files that are not verified yet). What this class creates is for the owner only.
 */
final class DataFolder implements AutoCloseable {
    /** Up to format 1, files were stored in other column families. */
    static final int FORMAT = 2;

    private static final String LOCK = "lock";
    private static final String FLOORS = ".floors";
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);

    private final Path folder;
    private final FolderLock lock;

    private DataFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Creates or checks the folder and holds it until {@link #close}. */
    static DataFolder open(Path folder) {
        FolderLock lock = lock(folder);
        boolean opened = false;
        try {
            checkFormat(folder);
            DurableFile.createFolder(folder.resolve("floors"));
            DurableFile.createFolder(folder.resolve("db"));
            DurableFile.createFolder(folder.resolve("staging"));
            opened = true;
            return new DataFolder(folder, lock);
        } catch (IOException e) {
            throw notWritable(folder, e);
        } finally {
            if (!opened) {
                release(folder, lock);
            }
        }
    }

    private static FolderLock lock(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new StoreException(
                    Kind.NOT_WRITABLE,
                    "data folder " + folder + " is not a folder: give the path of a folder, or of none yet");
        }
        try {
            DurableFile.createFolder(folder);
            return FolderLock.take(folder, folder.resolve(LOCK));
        } catch (IOException e) {
            throw notWritable(folder, e);
        }
    }

    private static void checkFormat(Path folder) throws IOException {
        Path file = folder.resolve("format");
        String text;
        try {
            text = Files.readString(file, US_ASCII).strip();
        } catch (NoSuchFileException e) {
            requireEmpty(folder);
            writeFormat(folder);
            return;
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new StoreException(
                    Kind.DAMAGED,
                    file + " holds no format version (expected: " + FORMAT
                            + "): restore it, or give an empty data folder");
        }
        int format = Integer.parseInt(text);
        if (format > FORMAT) {
            throw new StoreException(
                    Kind.TOO_NEW,
                    "data folder " + folder + " has format " + format + " (expected: at most " + FORMAT
                            + "): a newer Assay wrote it; run that one, or give another data folder");
        }
        if (format < FORMAT) {
            writeFormat(folder);
            log.warn(
                    "data folder migrated folder={} from={} to={}: stored files are dropped and fetched again as they are"
                            + " asked for; metadata and version floors are kept",
                    folder,
                    format,
                    FORMAT);
        }
    }

    private static void writeFormat(Path folder) throws IOException {
        DurableFile.write(folder.resolve("format"), folder.resolve("format.new"), (FORMAT + "\n").getBytes(US_ASCII));
    }

    /** A folder without a format version is ours to fill only when nothing is in it. */
    private static void requireEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> names = entries.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.equals(LOCK) && !name.equals("format.new") && !name.equals("lost+found"))
                    .sorted()
                    .toList();
            if (!names.isEmpty()) {
                throw new StoreException(
                        Kind.DAMAGED,
                        "data folder " + folder + " has no file \"format\" but holds other things, \"" + names.get(0)
                                + "\" first: give an empty data folder, or restore the file if this is Assay's");
            }
        }
    }

    private static StoreException notWritable(Path folder, IOException cause) {
        StoreException fault = Faults.of(folder, "opening the data folder", cause);
        if (fault.kind() == Kind.FULL) {
            return fault;
        }
        return new StoreException(
                Kind.NOT_WRITABLE,
                "data folder " + folder + " can't be written (" + Faults.reason(cause)
                        + "): give Assay a folder that its user may write, or mount it writable",
                cause);
    }

    Path database() {
        return folder.resolve("db");
    }

    Path staging() {
        return folder.resolve("staging");
    }

    /** The floors files of all repositories but these. */
    List<Path> floorsOfOthers(Set<String> repositories) {
        Set<Path> known = repositories.stream().map(this::floorsFile).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(folder.resolve("floors"))) {
            return files.filter(file -> file.toString().endsWith(FLOORS) && !known.contains(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Faults.of(folder, "listing the version floors", e);
        }
    }

    private Path floorsFile(String repository) {
        return folder.resolve("floors").resolve(FileNames.encode(repository) + FLOORS);
    }

    /** The floors file of a repository: its name percent-encoded, so that none can leave the folder. */
    FloorsFile floors(String repository) {
        return new FloorsFile(
                floorsFile(repository),
                "stop Assay, delete it and " + database()
                        + ", and start again. That forgets which versions were seen, so until the next refresh an old state of"
                        + " the repository could be replayed; and all stored files are fetched again");
    }

    @Override
    public void close() {
        release(folder, lock);
    }

    private static void release(Path folder, FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw Faults.of(folder, "unlocking", e);
        }
    }
}
