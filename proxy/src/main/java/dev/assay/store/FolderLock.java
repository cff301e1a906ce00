package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds a folder for this process. The operating system lets go of the lock when the process ends, however it ends. The file
 * names the process, for the message to the other one.
 */
final class FolderLock implements AutoCloseable {
    /** Folders held by this process: POSIX locks don't keep a process out of its own, and closing the file twice would free them. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final Duration POLL = Duration.ofMillis(20);

    private final Path realFolder;
    private final FileChannel channel;

    private FolderLock(Path realFolder, FileChannel channel) {
        this.realFolder = realFolder;
        this.channel = channel;
    }

    /** Takes the lock, waiting for its holder that long; {@link StoreException} of kind LOCKED when it is not let go. */
    static FolderLock take(Path folder, Path file, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return take(folder, file);
            } catch (StoreException e) {
                if (e.kind() != Kind.LOCKED || System.nanoTime() - deadline >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    /** Takes the lock, at once or not at all: then {@link StoreException} of kind LOCKED. */
    static FolderLock take(Path folder, Path file) throws IOException {
        Path real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw locked(folder, "this process");
        }
        boolean taken = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw locked(folder, holder(file));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
            taken = true;
            return new FolderLock(real, channel);
        } finally {
            if (!taken) {
                close(channel);
                HELD.remove(real);
            }
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file, US_ASCII);
        return pid.matches("[0-9]{1,10}") ? "process " + pid : "another process";
    }

    private static StoreException locked(Path folder, String holder) {
        return new StoreException(
                Kind.LOCKED,
                "folder " + folder + " is in use by " + holder
                        + ": stop that one first, or give this one another folder");
    }

    private static void close(@Nullable FileChannel channel) throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return; // whoever holds the folder by now keeps it
        }
        try {
            channel.close();
        } finally {
            HELD.remove(realFolder);
        }
    }
}
