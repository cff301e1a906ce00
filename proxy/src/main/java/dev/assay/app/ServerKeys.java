package dev.assay.app;

import dev.assay.server.Balancers;
import dev.assay.server.Network;
import dev.assay.server.ServerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** The keys of what faces the clients, as a part of {@link Keys}. */
final class ServerKeys {
    private static final int MANY = 1_000_000;
    private static final ServerOptions.Limits LIMITS = ServerOptions.DEFAULTS.limits();
    private static final ServerOptions.Deadlines DEADLINES = ServerOptions.DEFAULTS.deadlines();

    // The order of the declarations is the order of the documented file.

    static final Key<Path> TLS_CERTIFICATE = Key.optional(
            "tls.certificate",
            ValueType.PATH,
            "PEM file: the server's certificate, then those between it and the root. Read anew when it changes.");
    static final Key<Path> TLS_KEY = Key.optional(
            "tls.key", ValueType.PATH, "PEM file: its private key, PKCS#8, not encrypted. Read anew when it changes.");
    static final Key<Path> TLS_CLIENT_CA = Key.optional(
            "tls.client-ca",
            ValueType.PATH,
            "PEM file. When set, a client must have a certificate of one of these authorities.");

    static final Key<Path> USERS = Key.optional(
            "clients.users",
            ValueType.PATH,
            "Accounts, as htpasswd -B -C 11 writes them. When set, clients need one. Read anew when it changes.");
    static final Key<List<Network>> ALLOW_FROM = Key.optional(
            "clients.allow-from",
            ValueType.NETWORKS,
            "Networks, such as [10.0.0.0/8, \"::1\"]. When set, clients of others are refused.");
    static final Key<List<Network>> BALANCERS = Key.optional(
            "clients.balancers",
            ValueType.NETWORKS,
            "Networks of the load balancers in front, which are believed when they say who a client is.");
    static final Key<Balancers.Says> BALANCERS_SAY = Key.defaulted(
            "clients.balancers-say",
            ValueType.oneOf(Balancers.Says.values()),
            Balancers.Says.X_FORWARDED_FOR,
            "How they say it: x-forwarded-for or proxy-protocol.");
    static final Key<Integer> REQUEST_RATE = Key.optional(
            "clients.request-rate",
            ValueType.count(1, MANY),
            "Requests a second from one address, ten seconds' worth at once; others are answered 429.");
    static final Key<HostAndPort> OPERATIONS_LISTEN = Key.defaulted(
            "operations.listen",
            ValueType.HOST_AND_PORT,
            new HostAndPort("127.0.0.1", 8081),
            "Where /-/metrics and all of /-/ is. Installers' address has /-/healthz and /-/readyz alone.");

    static final Key<OptionalInt> EVENT_LOOPS = Key.defaulted(
            "server.event-loops",
            ValueType.countOrAuto(1, 1024),
            OptionalInt.empty(),
            "Threads for sockets; auto: one a processor.");
    static final Key<OptionalInt> WORKERS = Key.defaulted(
            "server.workers",
            ValueType.countOrAuto(1, 10_000),
            OptionalInt.empty(),
            "Threads for requests; auto: two a processor, at least eight.");
    static final Key<Integer> QUEUE = Key.defaulted(
            "server.queue",
            ValueType.count(0, MANY),
            ServerOptions.DEFAULTS.threads().queue(),
            "Requests that may wait for a thread; one more is answered 503.");
    static final Key<Integer> MAX_CONNECTIONS = Key.defaulted(
            "server.max-connections", ValueType.count(1, MANY), LIMITS.connections(), "Open at once, in all.");
    static final Key<Integer> MAX_CONNECTIONS_PER_ADDRESS = Key.defaulted(
            "server.max-connections-per-address",
            ValueType.count(1, MANY),
            LIMITS.connectionsPerAddress(),
            "Open at once from one address that is no balancer's.");
    static final Key<Integer> MAX_REQUESTS_PER_ADDRESS = Key.defaulted(
            "server.max-requests-per-address",
            ValueType.count(1, MANY),
            LIMITS.requestsPerAddress(),
            "Unanswered at once from one address; one more is answered 429.");
    static final Key<Long> MAX_HEAD_SIZE = Key.defaulted(
            "server.max-head-size",
            ValueType.size(256, 1 << 20),
            (long) LIMITS.headBytes(),
            "A request's line and headers.");
    static final Key<Long> MAX_LINE_SIZE = Key.defaulted(
            "server.max-line-size",
            ValueType.size(128, 1 << 20),
            (long) LIMITS.lineBytes(),
            "The longest line of them.");
    static final Key<Integer> MAX_HEADERS =
            Key.defaulted("server.max-headers", ValueType.count(1, 10_000), LIMITS.fields(), "Headers of a request.");
    static final Key<Integer> MAX_STREAMS = Key.defaulted(
            "server.max-streams",
            ValueType.count(1, 10_000),
            LIMITS.streams(),
            "Requests at once on one connection of HTTP/2.");
    static final Key<Duration> HEAD_TIMEOUT = Key.defaulted(
            "server.head-timeout", ValueType.DURATION, DEADLINES.head(), "For a client to send a request's head.");
    static final Key<Duration> IDLE_TIMEOUT = Key.defaulted(
            "server.idle-timeout", ValueType.DURATION, DEADLINES.idle(), "Between requests on a connection.");
    static final Key<Duration> WRITE_TIMEOUT = Key.defaulted(
            "server.write-timeout", ValueType.DURATION, DEADLINES.write(), "For a client to take the next bytes.");
    static final Key<Duration> DRAIN_TIMEOUT = Key.defaulted(
            "server.drain-timeout", ValueType.DURATION, DEADLINES.drain(), "For running answers, once asked to stop.");

    static final List<Keys.Section> SECTIONS = List.of(
            new Keys.Section(
                    "tls",
                    "TLS, with HTTP/2 for clients that know it. Without certificate and key: plain HTTP.",
                    List.of(TLS_CERTIFICATE, TLS_KEY, TLS_CLIENT_CA)),
            new Keys.Section(
                    "clients", "Who may ask.", List.of(USERS, ALLOW_FROM, BALANCERS, BALANCERS_SAY, REQUEST_RATE)),
            new Keys.Section("operations", "For operators and monitoring.", List.of(OPERATIONS_LISTEN)),
            new Keys.Section(
                    "server",
                    "Limits of what clients may ask.",
                    List.of(
                            EVENT_LOOPS,
                            WORKERS,
                            QUEUE,
                            MAX_CONNECTIONS,
                            MAX_CONNECTIONS_PER_ADDRESS,
                            MAX_REQUESTS_PER_ADDRESS,
                            MAX_HEAD_SIZE,
                            MAX_LINE_SIZE,
                            MAX_HEADERS,
                            MAX_STREAMS,
                            HEAD_TIMEOUT,
                            IDLE_TIMEOUT,
                            WRITE_TIMEOUT,
                            DRAIN_TIMEOUT)));

    private ServerKeys() {}

    /** Whether the value of the key at this path may be written as a list of words. */
    static boolean isList(String path) {
        return path.equals(ALLOW_FROM.path()) || path.equals(BALANCERS.path());
    }
}
