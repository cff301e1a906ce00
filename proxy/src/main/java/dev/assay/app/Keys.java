package dev.assay.app;

import dev.assay.gate.GateOptions.Delivery;
import dev.assay.store.StoreOptions;
import dev.assay.store.StoreOptions.VerifyOnRead;
import dev.assay.trust.TrustOptions;
import dev.assay.upstream.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Every key of the configuration, once. {@code config/assay.yaml} is this table written out, and a test holds the two
 * against each other. Defaults come from the records that the keys configure.
 */
final class Keys {
    /** Keys under one heading, which is the first part of their path; empty for keys that stand at the top. */
    record Section(String name, String reason, List<Key<?>> keys) {}

    private static final long HUGE = 1L << 50;
    private static final long GIB = 1L << 30;
    private static final StoreOptions STORE = StoreOptions.in(Path.of("assay-data"));
    private static final UpstreamOptions UPSTREAM = UpstreamOptions.DEFAULTS;
    private static final TrustOptions TRUST = TrustOptions.DEFAULTS;

    private static final List<Section> SECTIONS = new ArrayList<>();

    // The order of the declarations is the order of the documented file.

    static final Key<HostAndPort> LISTEN = Key.defaulted(
            "listen",
            ValueType.HOST_AND_PORT,
            new HostAndPort("127.0.0.1", 8080),
            "Where installers reach the proxy. Loopback, until you decide who else may.");
    static final Key<Path> DATA = Key.defaulted(
            "data",
            ValueType.PATH,
            STORE.folder(),
            "Folder for everything that is kept: verified files, metadata. Used by one process at a time.");
    static final Key<LogLevel> LOG_LEVEL = Key.defaulted(
            "log-level", ValueType.oneOf(LogLevel.values()), LogLevel.INFO, "error, warn, info or debug.");
    static final Key<Path> ACCESS_LOG = Key.optional(
            "access-log", ValueType.PATH, "File for one line of JSON a request. It may be moved away to rotate it.");

    static {
        section("", "", LISTEN, DATA, LOG_LEVEL, ACCESS_LOG);
    }

    static {
        SECTIONS.add(RepositoryKeys.REPOSITORY);
        SECTIONS.add(RepositoryKeys.MIRROR);
        SECTIONS.add(RepositoryKeys.REPOSITORIES);
        SECTIONS.add(RepositoryKeys.MAP_ENTRY);
    }

    static final Key<Delivery> DELIVERY_MODE = Key.defaulted(
            "delivery.mode",
            ValueType.oneOf(Delivery.values()),
            Delivery.ADAPTIVE,
            "adaptive: slow files begin to flow, the tail withheld until verified. strict: never a byte before.");
    static final Key<Duration> PATIENCE = Key.defaulted(
            "delivery.patience",
            ValueType.DURATION,
            Duration.ofSeconds(5),
            "How long nothing is sent while a file is verified. pip gives up after 15s of silence.");
    static final Key<Duration> LINGER = Key.defaulted(
            "delivery.linger",
            ValueType.DURATION,
            Duration.ofMinutes(1),
            "How long a download goes on once nobody waits for it; what was cut off is asked for again soon.");
    static final Key<Long> TAIL = Key.defaulted(
            "delivery.tail",
            ValueType.size(1, GIB),
            1L << 20,
            "How much of a flowing file's end is withheld until the whole is verified.");
    static final Key<Long> MAX_FILE_SIZE = Key.defaulted(
            "delivery.max-file-size", ValueType.size(1, HUGE), 5 * GIB, "The longest file where no length is signed.");
    static final Key<Long> MAX_PAGE_SIZE = Key.defaulted(
            "delivery.max-page-size", ValueType.size(1, GIB), 64L << 20, "The longest project page; held in memory.");
    static final Key<Long> MAX_METADATA_FILE_SIZE = Key.defaulted(
            "delivery.max-metadata-file-size",
            ValueType.size(1, GIB),
            16L << 20,
            "The longest .metadata file of a wheel; held in memory.");

    static {
        section(
                "delivery",
                "How files that are not stored yet are handed over.",
                DELIVERY_MODE,
                PATIENCE,
                LINGER,
                TAIL,
                MAX_FILE_SIZE,
                MAX_PAGE_SIZE,
                MAX_METADATA_FILE_SIZE);
    }

    static final Key<Integer> TRANSFERS = Key.defaulted(
            "upstream.transfers", ValueType.count(1, 10_000), 16, "Downloads at once; further ones wait.");
    static final Key<Duration> CONNECT_TIMEOUT = Key.defaulted(
            "upstream.connect-timeout", ValueType.DURATION, UPSTREAM.connectTimeout(), "To an open connection.");
    static final Key<Duration> HEADER_TIMEOUT = Key.defaulted(
            "upstream.header-timeout",
            ValueType.DURATION,
            UPSTREAM.headerTimeout(),
            "From there to the response's head.");
    static final Key<Duration> FIRST_BYTE_TIMEOUT = Key.defaulted(
            "upstream.first-byte-timeout",
            ValueType.DURATION,
            UPSTREAM.firstByteTimeout(),
            "From there to the first byte of the body.");
    static final Key<Long> MINIMUM_RATE = Key.defaulted(
            "upstream.minimum-rate",
            ValueType.rate(),
            UPSTREAM.minBytesPerSecond(),
            "A slower body is cut and the next mirror asked. Lower it behind a slow line.");
    static final Key<Duration> RATE_WINDOW = Key.defaulted(
            "upstream.rate-window",
            ValueType.DURATION,
            UPSTREAM.rateWindow(),
            "What the rate is averaged over, and the longest pause within a body.");
    static final Key<Duration> TOTAL_TIMEOUT = Key.defaulted(
            "upstream.total-timeout", ValueType.DURATION, UPSTREAM.totalTimeout(), "One download in all.");
    static final Key<Integer> MAX_REDIRECTS = Key.defaulted(
            "upstream.max-redirects",
            ValueType.count(0, 20),
            UPSTREAM.maxRedirects(),
            "Followed in one download, and only to configured hosts.");
    static final Key<String> PROXY = Key.defaulted(
            "upstream.proxy",
            ValueType.PROXY,
            OutgoingProxies.NONE,
            "none, http://host:port, or environment: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.");
    static final Key<Path> PROXY_CREDENTIALS = Key.optional(
            "upstream.proxy-credentials-file", ValueType.PATH, "One line, user:password, for that proxy alone.");
    static final Key<String> NO_PROXY = Key.optional(
            "upstream.no-proxy", ValueType.TEXT, "Hosts reached without it, with those below them, comma between.");

    static {
        section(
                "upstream",
                "Limits of what the proxy asks others for.",
                TRANSFERS,
                CONNECT_TIMEOUT,
                HEADER_TIMEOUT,
                FIRST_BYTE_TIMEOUT,
                MINIMUM_RATE,
                RATE_WINDOW,
                TOTAL_TIMEOUT,
                MAX_REDIRECTS,
                PROXY,
                PROXY_CREDENTIALS,
                NO_PROXY);
    }

    static {
        SECTIONS.addAll(ServerKeys.SECTIONS);
    }

    static final Key<Long> CACHE = Key.defaulted(
            "store.cache",
            ValueType.size(1 << 20, HUGE),
            STORE.cacheBytes(),
            "Memory for the database's own cache. File content is left to the system's page cache.");
    static final Key<Long> MAX_SIZE = Key.defaulted(
            "store.max-size",
            ValueType.size(64 << 20, HUGE),
            STORE.maxBytes(),
            "Bytes on disk in files; those asked for least make room for new ones.");
    static final Key<Long> MAX_STAGED = Key.defaulted(
            "store.max-staged",
            ValueType.size(1, HUGE),
            STORE.maxStagedBytes(),
            "Bytes on disk that are not verified yet, all downloads together; at most max-size.");
    static final Key<Long> RESERVE = Key.defaulted(
            "store.reserve",
            ValueType.size(0, HUGE),
            STORE.reserveBytes(),
            "Free disk space that files leave alone, so that metadata can still be written.");
    static final Key<Long> SCRUB_RATE = Key.defaulted(
            "store.scrub-rate",
            ValueType.rate(),
            STORE.scrubBytesPerSecond(),
            "How fast stored files are hashed again, all the time; damaged ones are fetched anew. 0B/s: never.");
    static final Key<Integer> OPEN_FILES = Key.defaulted(
            "store.open-files",
            ValueType.count(0, 1_000_000),
            STORE.maxOpenFiles(),
            "Stored files open at once to be sent, beside 512 of the database's; one more is read through that.");
    static final Key<VerifyOnRead> VERIFY_ON_READ = Key.defaulted(
            "store.verify-on-read",
            ValueType.oneOf(VerifyOnRead.values()),
            STORE.verifyOnRead(),
            "sha256: hash a stored file whole each time before it is handed over. off: leave that to the scrubber.");

    static {
        section(
                "store",
                "What is kept in the data folder.",
                CACHE,
                MAX_SIZE,
                MAX_STAGED,
                RESERVE,
                SCRUB_RATE,
                OPEN_FILES,
                VERIFY_ON_READ);
    }

    static final Key<Long> ROOT_SIZE = Key.defaulted(
            "trust.max-root-size", ValueType.size(1, GIB), TRUST.rootMaxBytes(), "The longest root.json.");
    static final Key<Long> TIMESTAMP_SIZE = Key.defaulted(
            "trust.max-timestamp-size",
            ValueType.size(1, GIB),
            TRUST.timestampMaxBytes(),
            "The longest timestamp.json.");
    static final Key<Long> SNAPSHOT_SIZE = Key.defaulted(
            "trust.max-snapshot-size",
            ValueType.size(1, GIB),
            TRUST.snapshotMaxBytes(),
            "The longest snapshot.json, where timestamp.json gives no length.");
    static final Key<Long> TARGETS_SIZE = Key.defaulted(
            "trust.max-targets-size",
            ValueType.size(1, GIB),
            TRUST.targetsMaxBytes(),
            "The longest targets.json or delegated role, where snapshot.json gives no length.");
    static final Key<OptionalLong> LOADED_SIZE = Key.defaulted(
            "trust.max-loaded",
            ValueType.sizeOrAuto(1 << 20, HUGE),
            OptionalLong.empty(),
            "Delegated roles held in memory, all together; auto: a quarter of Java's heap, at most 256MiB.");
    static final Key<Integer> MAX_DELEGATIONS = Key.defaulted(
            "trust.max-delegations",
            ValueType.count(1, 1024),
            TRUST.maxDelegations(),
            "Roles visited in search of one target.");
    static final Key<Integer> MAX_ROOT_ROTATIONS = Key.defaulted(
            "trust.max-root-rotations",
            ValueType.count(1, 100_000),
            TRUST.maxRootRotations(),
            "New roots accepted in one refresh.");

    static final Key<Switch> ML_DSA = Key.defaulted(
            "trust.ml-dsa",
            ValueType.oneOf(Switch.values()),
            Switch.OFF,
            "on: post-quantum keys (ML-DSA, TAP 21, a draft) count too. off: they count for nothing.");

    static {
        section(
                "trust",
                "Limits of the signed metadata, and which keys count.",
                ROOT_SIZE,
                TIMESTAMP_SIZE,
                SNAPSHOT_SIZE,
                TARGETS_SIZE,
                LOADED_SIZE,
                MAX_DELEGATIONS,
                MAX_ROOT_ROTATIONS,
                ML_DSA);
    }

    private Keys() {}

    /** All sections in the order of the documented file. */
    static List<Section> sections() {
        return List.copyOf(SECTIONS);
    }

    /** Every key that stands for one value; those of list items are not among them. */
    static List<Key<?>> scalars() {
        return SECTIONS.stream()
                .filter(section -> !RepositoryKeys.ITEMS.contains(section))
                .<Key<?>>flatMap(section -> section.keys().stream())
                .toList();
    }

    private static void section(String name, String reason, Key<?>... keys) {
        SECTIONS.add(new Section(name, reason, List.of(keys)));
    }
}
