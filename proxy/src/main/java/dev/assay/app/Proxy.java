package dev.assay.app;

import dev.assay.gate.Agreement;
import dev.assay.gate.Authority;
import dev.assay.gate.Blame;
import dev.assay.gate.Deadlines;
import dev.assay.gate.Distributions;
import dev.assay.gate.FetchWorkers;
import dev.assay.gate.FileSources;
import dev.assay.gate.Index;
import dev.assay.gate.Owner;
import dev.assay.gate.RottenFiles;
import dev.assay.observe.AccessLog;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.ExchangeListener;
import dev.assay.server.FileWatch;
import dev.assay.server.Handler;
import dev.assay.server.HttpServer;
import dev.assay.store.Store;
import dev.assay.store.StoreFigures;
import dev.assay.upstream.Health;
import dev.assay.upstream.MirrorClient;
import dev.assay.web.Accounts;
import dev.assay.web.Guard;
import dev.assay.web.RepositoryState;
import dev.assay.web.RequestRate;
import dev.assay.web.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy, running: every room wired by its constructor, from the ground up. Closing it drains the server and then closes what
 * was opened, in reverse.
 */
final class Proxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);

    private final Opened opened = new Opened();
    private final HttpServer server;
    private final HttpServer operations;
    private final Map<String, ServedRepository> repositories = new LinkedHashMap<>();

    private Proxy(Config config, InstantSource clock) throws IOException {
        boolean started = false;
        try {
            Metrics metrics = new Metrics();
            Store store = opened.add(Store.open(config.store()));
            watchStore(metrics, store);
            AuditLog audit = new AuditLog(config.store().folder(), clock);
            FetchWorkers workers = opened.add(FetchWorkers.start(config.transfers(), new Deadlines(clock)));
            ServedRepository.Shared shared = new ServedRepository.Shared(config, store, workers, metrics, audit, clock);
            for (Config.Repository repository : config.repositories()) {
                Optional<EmbeddedFollower> follower = follower(repository, clock);
                repositories.put(repository.name(), opened.add(new ServedRepository(repository, follower, shared)));
            }
            warnOfFloors(store);
            Index index = new Index(
                    Config.map(config.map(), this::authority, (those, threshold) -> owner(those, threshold, audit)));
            Blame blame = new Blame(config.store().folder(), clock, this::versions);
            metrics.watchMirrors(() -> mirrors(blame));
            FileSources fileSources = new FileSources(blame, store.blobs(), config.gate(), metrics, audit);
            Distributions distributions = new Distributions(fileSources, config.gate(), workers, clock, metrics);
            store.onRotten(new RottenFiles(store, index, distributions, workers, clock)::replace);
            Routes routes = new Routes(index, distributions, metrics, audit, this::states, blame::report);

            repositories.values().forEach(ServedRepository::start);
            operations = opened.add(operations(config, routes, clock));
            server = opened.add(HttpServer.start(
                    config.server(), guarded(config, routes), listener(config, metrics, clock), clock));
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    /**
     * Starts everything; returns when requests are answered, which may be before the first refresh has ended.
     *
     * @throws IOException when a root can't be read or trusted, or the address can't be listened on
     * @throws dev.assay.store.StoreException when the data folder can't be used
     */
    static Proxy start(Config config, InstantSource clock) throws IOException {
        return new Proxy(config, clock);
    }

    /** Where it answers; ends with a slash. */
    URI url() {
        return url(server);
    }

    /** Where operators ask; ends with a slash. */
    URI operationsUrl() {
        return url(operations);
    }

    private static URI url(HttpServer server) {
        InetSocketAddress address = server.address();
        String host = address.getAddress().getHostAddress();
        String scheme = server.isSecure() ? "https" : "http";
        return URI.create(
                scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/");
    }

    /** Why the last metadata refresh failed, of each repository whose did; empty when none did, or none has ended yet. */
    String refreshFailure() {
        return repositories.values().stream()
                .filter(repository -> !repository.refreshFailure().isEmpty())
                .map(repository -> repositories.size() == 1
                        ? repository.refreshFailure()
                        : repository.name() + ": " + repository.refreshFailure())
                .collect(Collectors.joining("; "));
    }

    /** Under a new name a repository starts without the floors that it had. */
    private void warnOfFloors(Store store) {
        store.floorsOfOthers(repositories.keySet())
                .forEach(file -> log.warn(
                        "version floors of a repository that is not configured are not in force file={} remedy=\"if it was renamed,"
                                + " stop Assay and give this file the new name, over the one that is there; if it is gone, delete it\"",
                        file));
    }

    /** Opened before the repository is read, which it makes on the first start. */
    private Optional<EmbeddedFollower> follower(Config.Repository repository, InstantSource clock) throws IOException {
        return repository.signer().orElse(null) instanceof Config.Signer.Embedded embedded
                ? Optional.of(opened.add(EmbeddedFollower.open(embedded, clock)))
                : Optional.empty();
    }

    private Authority authority(String name) {
        ServedRepository repository = repositories.get(name);
        if (repository == null) {
            throw new IllegalArgumentException(
                    "map.repositories: " + name + " (expected: of " + repositories.keySet() + ")");
        }
        return repository.authority();
    }

    private static void watchStore(Metrics metrics, Store store) {
        metrics.watchStore(() -> {
            StoreFigures now = store.figures();
            return new Metrics.Stored(
                    now.bytes(), now.stagedBytes(), now.openFiles(), now.evicted(), now.scrubbedBytes(), now.rotten());
        });
    }

    private static Owner owner(List<Authority> repositories, int threshold, AuditLog audit) {
        return repositories.size() == 1 ? repositories.get(0) : new Agreement(repositories, threshold, audit);
    }

    private Map<String, RepositoryState> states() {
        Map<String, RepositoryState> states = new LinkedHashMap<>();
        repositories.forEach((name, repository) -> states.put(name, repository.state()));
        return states;
    }

    private Map<String, Long> versions() {
        Map<String, Long> versions = new LinkedHashMap<>();
        repositories.values().forEach(repository -> versions.putAll(repository.versions()));
        return versions;
    }

    /** Mirrors with one name are one mirror. */
    private List<Metrics.Mirror> mirrors(Blame blame) {
        Map<String, Metrics.Mirror> byName = new LinkedHashMap<>();
        for (ServedRepository repository : repositories.values()) {
            for (MirrorClient each : repository.mirrors()) {
                Health.Figures figures = each.figures();
                byName.putIfAbsent(
                        each.name(),
                        new Metrics.Mirror(
                                each.name(),
                                figures.latencySeconds(),
                                figures.bytesPerSecond(),
                                figures.failing(),
                                figures.resting(),
                                !blame.inGoodStanding(each.name())));
            }
        }
        return List.copyOf(byName.values());
    }

    private static HttpServer operations(Config config, Routes routes, InstantSource clock) throws IOException {
        try {
            return HttpServer.start(config.operations(), Guard.operationsAlone(routes), ended -> {}, clock);
        } catch (IOException e) {
            throw new IOException("operations." + e.getMessage(), e);
        }
    }

    private Handler guarded(Config config, Routes routes) throws IOException {
        Config.Clients clients = config.clients();
        Optional<Accounts> accounts = Optional.empty();
        if (clients.users().isPresent()) {
            accounts = Optional.of(new Accounts(clients.users().get()));
            if (config.server().tls().isEmpty()
                    && config.server().balancers().networks().isEmpty()) {
                log.warn("accounts without tls: secrets cross the network readable for everybody on the way");
            }
        }
        Guard guard = new Guard(routes, clients.allowed(), accounts);
        accounts.ifPresent(present -> opened.add(new FileWatch(List.of(present.file()), guard::reload)));
        return clients.requestRate()
                .<Handler>map(rate -> new RequestRate(guard, rate, System::nanoTime))
                .orElse(guard);
    }

    private ExchangeListener listener(Config config, Metrics metrics, InstantSource clock) throws IOException {
        ExchangeListener counting = exchange -> metrics.request(
                Routes.label(exchange.path()), exchange.status(), exchange.bodyBytes(), exchange.took());
        if (config.accessLog().isEmpty()) {
            return counting;
        }
        AccessLog access = opened.add(new AccessLog(config.accessLog().get()));
        return exchange -> {
            counting.ended(exchange);
            access.record(
                    "time", clock.instant().toString(),
                    "id", exchange.id(),
                    "client", exchange.remote().getAddress().getHostAddress(),
                    "protocol", exchange.protocol(),
                    "method", exchange.method(),
                    "path", exchange.path(),
                    "status", Integer.toString(exchange.status()),
                    "bytes", Long.toString(exchange.bodyBytes()),
                    "millis", Long.toString(exchange.took().toMillis()),
                    "completed", Boolean.toString(exchange.completed()));
        };
    }

    /** Drains the server within its deadline and closes the rest. Safe to call twice. */
    @Override
    public void close() {
        opened.close();
    }
}
