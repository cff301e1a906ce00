package dev.assay.store;

import dev.assay.store.StoreException.Kind;
import java.util.concurrent.atomic.AtomicLong;

/** How many unverified bytes may be on the disk. */
final class StagingBudget {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    StagingBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room for so many more bytes, or throws with kind FULL and takes none. */
    void reserve(long bytes) {
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

    long used() {
        return used.get();
    }
}
