package dev.assay.store;

import dev.assay.store.StoreException.Kind;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** How many unverified bytes may be on the disk: a bound of our own, and what the disk has left. */
final class StagingBudget {
    private final Path folder;
    private final long maxBytes;
    private final long reserveBytes;
    private final AtomicLong used = new AtomicLong();

    StagingBudget(StoreOptions options) {
        this.folder = options.folder();
        this.maxBytes = options.maxStagedBytes();
        this.reserveBytes = options.reserveBytes();
    }

    /** Takes room for so many more bytes, or throws with kind FULL and takes none. */
    void reserve(long bytes) {
        long usable = Faults.usableBytes(folder);
        if (usable - reserveBytes < bytes) {
            throw new StoreException(
                    Kind.FULL,
                    "no room for " + bytes + " bytes in " + folder + ": " + usable + " bytes are free, of which "
                            + reserveBytes + " stay free");
        }
        if (used.addAndGet(bytes) > maxBytes) {
            used.addAndGet(-bytes);
            throw new StoreException(
                    Kind.FULL,
                    "no room for " + bytes + " bytes: transfers in progress may take " + maxBytes + " in all");
        }
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }
}
