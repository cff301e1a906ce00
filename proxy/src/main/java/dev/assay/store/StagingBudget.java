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

    /** Throws with kind FULL unless there is room for so many more bytes. */
    void check(long bytes) {
        if (used.get() > maxBytes - bytes) {
            throw new StoreException(
                    Kind.FULL,
                    "no room for " + bytes + " bytes: transfers in progress may take " + maxBytes + " in all");
        }
    }

    /** Takes room that was {@link #check}ed; one caller at a time does both. */
    void reserve(long bytes) {
        used.addAndGet(bytes);
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
