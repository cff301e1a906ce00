package dev.assay.store;

import dev.assay.store.StoreException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what the database and the file system report into a {@link StoreException} of the right kind. */
final class Faults {
    /** Below this much free space a failed write is put down to a full disk: the operating system's own code is out of reach. */
    private static final long NO_SPACE = 1 << 20;

    /** How the operating system calls a file system that takes no writes (EROFS), or no more of them since it found damage. */
    private static final String READ_ONLY = "Read-only file system";

    private Faults() {}

    static StoreException of(Path folder, String doing, RocksDBException cause) {
        Status status = cause.getStatus();
        if (status == null) {
            return new StoreException(Kind.IO, doing + " in " + folder + ": " + cause.getMessage(), cause);
        }
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return full(folder, doing, cause);
        }
        return switch (status.getCode()) {
            case Corruption ->
                new StoreException(
                        Kind.DAMAGED,
                        doing + " in " + folder + ": damaged data (" + cause.getMessage()
                                + "). If writing fails so again after a restart, or Assay doesn't start, delete this folder: what"
                                + " was in it is fetched again, and the version floors beside it stay in force",
                        cause);
            case IOError -> of(folder, doing, new IOException(cause.getMessage(), cause));
            case Ok,
                    NotFound,
                    NotSupported,
                    InvalidArgument,
                    MergeInProgress,
                    Incomplete,
                    ShutdownInProgress,
                    TimedOut,
                    Aborted,
                    Busy,
                    Expired,
                    TryAgain,
                    Undefined ->
                new StoreException(Kind.IO, doing + " in " + folder + ": " + cause.getMessage(), cause);
        };
    }

    static StoreException of(Path path, String doing, IOException cause) {
        if (usableBytes(path) < NO_SPACE) {
            return full(path, doing, cause);
        }
        boolean readOnly = String.valueOf(cause.getMessage()).contains(READ_ONLY);
        return new StoreException(
                readOnly ? Kind.NOT_WRITABLE : Kind.IO, doing + " in " + path + ": " + reason(cause), cause);
    }

    static StoreException full(Path path, String doing, Exception cause) {
        return new StoreException(Kind.FULL, doing + ": no space left on the disk that holds " + path, cause);
    }

    /** What an {@link IOException} says, with the exception's name when its text is the path alone. */
    static String reason(IOException cause) {
        if (cause instanceof FileSystemException file && file.getReason() == null) {
            return cause.getClass().getSimpleName() + ": " + file.getFile();
        }
        return cause.toString();
    }

    /** Free space of the file system that holds the path, or would hold it; {@link Long#MAX_VALUE} where that means nothing. */
    static long usableBytes(Path path) {
        Path there = path.toAbsolutePath();
        while (!Files.exists(there)) {
            Path parent = there.getParent();
            if (parent == null) {
                return Long.MAX_VALUE;
            }
            there = parent;
        }
        // A FileStore would read the list of all mounts first, each time.
        File file = there.toFile();
        return file.getTotalSpace() == 0 ? Long.MAX_VALUE : file.getUsableSpace();
    }
}
