package dev.assay.server;

import java.time.Duration;
import java.util.Optional;

/**
 * What an operator may set on the server.
 *
 * @param host the local address to listen on, a name or a literal
 * @param port 0 for any free one
 * @param tls empty for plain HTTP
 * @param balancers that are believed when they say who asks
 */
public record ServerOptions(
        String host,
        int port,
        Optional<TlsOptions> tls,
        Balancers balancers,
        Threads threads,
        Limits limits,
        Deadlines deadlines) {
    /** Loopback, any free port, and the defaults of every group. */
    public static final ServerOptions DEFAULTS = new ServerOptions(
            "127.0.0.1", 0, Optional.empty(), Balancers.NONE, Threads.DEFAULTS, Limits.DEFAULTS, Deadlines.DEFAULTS);

    public ServerOptions {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host: empty (expected: an address to listen on)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    public ServerOptions withListen(String newHost, int newPort) {
        return new ServerOptions(newHost, newPort, tls, balancers, threads, limits, deadlines);
    }

    public ServerOptions withTls(TlsOptions changed) {
        return new ServerOptions(host, port, Optional.of(changed), balancers, threads, limits, deadlines);
    }

    public ServerOptions withBalancers(Balancers changed) {
        return new ServerOptions(host, port, tls, changed, threads, limits, deadlines);
    }

    public ServerOptions withThreads(Threads changed) {
        return new ServerOptions(host, port, tls, balancers, changed, limits, deadlines);
    }

    public ServerOptions withLimits(Limits changed) {
        return new ServerOptions(host, port, tls, balancers, threads, changed, deadlines);
    }

    public ServerOptions withDeadlines(Deadlines changed) {
        return new ServerOptions(host, port, tls, balancers, threads, limits, changed);
    }

    /**
     * How much works at once.
     *
     * @param eventLoops threads for sockets and what is in memory
     * @param workers threads for handlers and for reading bodies
     * @param queue requests that may wait for a worker; one more is answered 503
     */
    public record Threads(int eventLoops, int workers, int queue) {
        /** An event loop a processor, and some workers more, since they wait for the disk. */
        public static final Threads DEFAULTS = new Threads(
                Runtime.getRuntime().availableProcessors(),
                Math.max(8, 2 * Runtime.getRuntime().availableProcessors()),
                512);

        public Threads {
            atLeast("eventLoops", eventLoops, 1);
            atLeast("workers", workers, 1);
            atLeast("queue", queue, 0);
        }
    }

    /**
     * What a client may take.
     *
     * @param connections open at once, in all
     * @param connectionsPerAddress open at once from one IPv4 address or one IPv6 /64
     * @param requestsPerAddress unanswered at once from the same
     * @param headBytes of a whole request head: request line and fields
     * @param lineBytes of its longest line
     * @param fields header fields of a request
     * @param streams of HTTP/2 open at once on one connection
     */
    public record Limits(
            int connections,
            int connectionsPerAddress,
            int requestsPerAddress,
            int headBytes,
            int lineBytes,
            int fields,
            int streams) {
        public static final Limits DEFAULTS = new Limits(16_384, 2_048, 1_024, 16_384, 8_192, 64, 100);

        public Limits {
            atLeast("connections", connections, 1);
            atLeast("connectionsPerAddress", connectionsPerAddress, 1);
            atLeast("requestsPerAddress", requestsPerAddress, 1);
            atLeast("headBytes", headBytes, 256);
            atLeast("lineBytes", lineBytes, 128);
            atLeast("fields", fields, 1);
            atLeast("streams", streams, 1);
        }
    }

    /**
     * How long a client may take; each is more than zero.
     *
     * @param head from a connection's opening, or a further request's first byte, to the end of the request head
     * @param idle without a request on a connection that has had one
     * @param write without a byte taken by the client while bytes wait for it
     * @param drain for running exchanges when the server closes
     */
    public record Deadlines(Duration head, Duration idle, Duration write, Duration drain) {
        public static final Deadlines DEFAULTS = new Deadlines(
                Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(30), Duration.ofSeconds(20));

        public Deadlines {
            positive("head", head);
            positive("idle", idle);
            positive("write", write);
            positive("drain", drain);
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
    }
}
