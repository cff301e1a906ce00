package dev.assay.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The open connections: counted in all and by address, so that neither one client nor all of them can take every one. */
final class Connections {
    private static final int IPV6_NETWORK_BYTES = 8;

    private final ServerOptions.Limits limits;
    private final Set<Connection> open = new HashSet<>();
    private final Map<ByteBuffer, Integer> byNetwork = new HashMap<>();
    private boolean draining;

    Connections(ServerOptions.Limits limits) {
        this.limits = limits;
    }

    /** Takes the connection in, or says that it must be closed; what was taken in is to {@link #leave}. */
    synchronized boolean admit(Connection connection, InetAddress address) {
        ByteBuffer network = network(address);
        int same = byNetwork.getOrDefault(network, 0);
        if (draining || open.size() >= limits.connections() || same >= limits.connectionsPerAddress()) {
            return false;
        }
        byNetwork.put(network, same + 1);
        return open.add(connection);
    }

    synchronized void leave(Connection connection, InetAddress address) {
        if (open.remove(connection)) {
            byNetwork.computeIfPresent(network(address), (network, count) -> count == 1 ? null : count - 1);
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

    /** An IPv4 address, or an IPv6 /64: the least that one client holds. */
    private static ByteBuffer network(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
    }
}
