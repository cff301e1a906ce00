package dev.assay.server;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Counts what each client holds, so that none can take everything. Thread-safe. */
final class Shares {
    private final int most;
    private final Map<ByteBuffer, Integer> held = new HashMap<>();

    /** @param most for each client */
    Shares(int most) {
        this.most = most;
    }

    /** One more for the client ({@link Network#ofOneClient}), unless it has as many as it may. */
    synchronized boolean take(ByteBuffer client) {
        int same = held.getOrDefault(client, 0);
        if (same >= most) {
            return false;
        }
        held.put(client, same + 1);
        return true;
    }

    synchronized void give(ByteBuffer client) {
        held.computeIfPresent(client, (same, count) -> count == 1 ? null : count - 1);
    }
}
