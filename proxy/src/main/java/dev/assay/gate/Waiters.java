package dev.assay.gate;

import java.util.ArrayList;
import java.util.List;

/** Who waits for a transfer. Guarded by the monitor of its {@link VerifiedDownload}, outside of which they are woken, each once. */
final class Waiters {
    private record Waiter(Runnable wake, boolean progress) {}

    private final List<Waiter> waiters = new ArrayList<>();

    /** Adds one who waits for the end, or for any progress before it too. */
    void add(Runnable wake, boolean progress) {
        waiters.add(new Waiter(wake, progress));
    }

    /** Takes all, or those who wait for progress; what is returned wakes them. */
    Runnable take(boolean all) {
        List<Waiter> woken = new ArrayList<>();
        waiters.removeIf(waiter -> (all || waiter.progress()) && woken.add(waiter));
        return () -> woken.forEach(waiter -> waiter.wake().run());
    }
}
