package dev.assay.server;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The open connections: counted in all and by address, so that neither one client nor all of them can take every one. */
final class Connections {
    private final ServerOptions.Limits limits;
    private final Set<Connection> open = new HashSet<>();
    private final Shares shares;
    private boolean draining;

    Connections(ServerOptions.Limits limits) {
        this.limits = limits;
        this.shares = new Shares(limits.connectionsPerAddress());
    }

    /**
     * Takes the connection in, or says that it must be closed; what was taken in is to {@link #leave}.
     *
     * @param client whose share it is of; empty for a balancer's, which come from everybody
     */
    synchronized boolean admit(Connection connection, Optional<ByteBuffer> client) {
        if (draining || open.size() >= limits.connections() || (client.isPresent() && !shares.take(client.get()))) {
            return false;
        }
        return open.add(connection);
    }

    synchronized void leave(Connection connection, Optional<ByteBuffer> client) {
        if (open.remove(connection)) {
            client.ifPresent(shares::give);
            notifyAll();
        }
    }

    /** Whether the server is closing: no exchange begins any more. */
    synchronized boolean draining() {
        return draining;
    }

    /** Admits nothing from now on; returns what is open. */
    synchronized List<Connection> drain() {
        draining = true;
        return List.copyOf(open);
    }

    /** Waits until none is open; false when some were after the limit. */
    synchronized boolean awaitNone(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!open.isEmpty()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return true;
    }
}
