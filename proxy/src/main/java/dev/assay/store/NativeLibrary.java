package dev.assay.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library, once a process. By itself RocksDB unpacks it into the system's temporary folder and deletes it
 * when the JVM ends, so that every killed process would leave 17 MB behind. Here it is unpacked into a folder that only we may
 * enter, and deleted as soon as it is mapped, where the system allows that.
 */
final class NativeLibrary {
    private static boolean loaded;

    private NativeLibrary() {}

    /** Throws {@link StoreException} when it can't be unpacked or loaded. */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Path folder = Files.createTempDirectory(temporary, "assay-rocksdb-");
            try {
                NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
            } finally {
                delete(folder);
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            throw new StoreException(
                    StoreException.Kind.IO,
                    "RocksDB's native library can't be loaded from " + temporary + ": " + e.getMessage()
                            + " (expected: a writable folder that is not mounted noexec; ASSAY_JAVA_OPTS="
                            + "-Djava.io.tmpdir=DIR names another)",
                    e);
        }
        RocksDB.loadLibrary();
        loaded = true;
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(folder)) {
            for (Path file : unpacked) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
