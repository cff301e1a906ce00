package dev.assay.app;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.Blame;
import dev.assay.gate.Deadlines;
import dev.assay.gate.Distributions;
import dev.assay.gate.FetchWorkers;
import dev.assay.gate.FileSources;
import dev.assay.gate.PageSources;
import dev.assay.gate.ProjectPages;
import dev.assay.gate.Refresher;
import dev.assay.gate.SignedFiles;
import dev.assay.gate.SigningRepository;
import dev.assay.observe.AccessLog;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.ExchangeListener;
import dev.assay.server.FileWatch;
import dev.assay.server.HttpServer;
import dev.assay.store.Store;
import dev.assay.store.StoreFigures;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.upstream.Health;
import dev.assay.upstream.HttpMetadataSource;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Mirrors;
import dev.assay.upstream.UpstreamClient;
import dev.assay.web.Accounts;
import dev.assay.web.Guard;
import dev.assay.web.Routes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy, running: every room wired by its constructor, from the ground up. Closing it drains the server and then closes what
 * was opened, in reverse.
 */
final class Proxy implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);
    /** The configuration knows one repository. */
    private static final String REPOSITORY = "repository";

    /** Root, timestamp, snapshot and targets come first; bins come and go, and there are thousands. */
    private static final int TOP_LEVEL = 4;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpServer server;
    private final Refresher refresher;

    private Proxy(Config config, InstantSource clock) throws IOException, InvalidMetadataException {
        boolean started = false;
        try {
            byte[] root = pinnedRoot(config.repository());
            Metrics metrics = new Metrics();
            Store store = opened(Store.open(config.store()));
            watchStore(metrics, store);
            AuditLog audit = new AuditLog(config.store().folder(), clock);
            FetchWorkers workers = opened(FetchWorkers.start(config.transfers(), new Deadlines(clock)));
            UpstreamClient client = opened(new UpstreamClient(
                    config.upstream(),
                    config.repository().access(),
                    List.of(config.repository().metadata(), config.repository().targets())));
            Mirrors mirrors = opened(new Mirrors(config.mirrors(), config.upstream(), clock));
            HttpMetadataSource source =
                    new HttpMetadataSource(client, config.repository().metadata());
            Updater updater = new Updater(root, source, store.metadata(REPOSITORY), config.trust());
            refresher = opened(new Refresher(
                    REPOSITORY,
                    updater,
                    config.repository().refreshInterval(),
                    clock,
                    new SplittableRandom(),
                    workers.deadlines(),
                    metrics,
                    audit));
            metrics.watchTrust(REPOSITORY, refresher::state, clock::instant);

            SigningRepository repository = new SigningRepository(
                    config.repository().layout(), updater, refresher, store.signedPaths(), workers, clock);
            PageSources pageSources =
                    new PageSources(client, config.repository().targets(), mirrors);
            ProjectPages pages =
                    new ProjectPages(repository, pageSources, store.blobs(), config.gate(), workers, metrics, audit);
            SignedFiles signedFiles = new SignedFiles(repository, pages, config.gate());
            Blame blame = new Blame(config.store().folder(), clock, () -> versions(updater));
            FileSources fileSources = new FileSources(mirrors, blame, store.blobs(), metrics, audit);
            Distributions distributions = new Distributions(fileSources, config.gate(), workers, clock, metrics);
            Routes routes = new Routes(
                    pages, signedFiles, distributions, metrics, audit, () -> notReady(updater, clock), blame::report);
            watchMirrors(metrics, mirrors, blame);

            refresher.start();
            opened(operations(config, routes, clock));
            server = opened(HttpServer.start(
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
     * @throws IOException when the root can't be read or the address can't be listened on
     * @throws InvalidMetadataException when the pinned root is not valid
     * @throws dev.assay.store.StoreException when the data folder can't be used
     */
    static Proxy start(Config config, InstantSource clock) throws IOException, InvalidMetadataException {
        return new Proxy(config, clock);
    }

    /** Where it answers; ends with a slash. */
    URI url() {
        InetSocketAddress address = server.address();
        String host = address.getAddress().getHostAddress();
        String scheme = server.isSecure() ? "https" : "http";
        return URI.create(
                scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort() + "/");
    }

    /** Why the last metadata refresh failed; empty when it did not, or none has ended yet. */
    String refreshFailure() {
        return refresher.lastFailure();
    }

    /** The trust anchor, checked against the digest that was configured. */
    static byte[] pinnedRoot(Config.Repository repository) throws IOException {
        byte[] root;
        try {
            root = Files.readAllBytes(repository.root());
        } catch (NoSuchFileException e) {
            throw new IOException("repository.root: no such file: " + repository.root(), e);
        } catch (IOException e) {
            throw new IOException("repository.root: " + repository.root() + " can't be read: " + e.getMessage(), e);
        }
        Digest found = Digest.of(HashAlgorithm.SHA256, root);
        Optional<Digest> expected = repository.rootSha256();
        if (expected.isPresent() && !expected.get().equals(found)) {
            throw new IOException("repository.root: " + repository.root() + " has " + found
                    + " (repository.root-sha256: " + expected.get() + ")");
        }
        log.info("pinned root file={} sha256={}", repository.root(), found.hex());
        return root;
    }

    /** Of the roles that every page and file hangs on. */
    private static Map<String, Long> versions(Updater updater) {
        return updater.view().roles().stream()
                .limit(TOP_LEVEL)
                .collect(Collectors.toMap(TrustedView.RoleState::role, TrustedView.RoleState::version));
    }

    private static void watchMirrors(Metrics metrics, Mirrors mirrors, Blame blame) {
        metrics.watchMirrors(() -> {
            List<Metrics.Mirror> all = new ArrayList<>();
            for (MirrorClient each : mirrors) {
                Health.Figures figures = each.figures();
                all.add(new Metrics.Mirror(
                        each.name(),
                        figures.latencySeconds(),
                        figures.bytesPerSecond(),
                        figures.failing(),
                        figures.resting(),
                        !blame.inGoodStanding(each.name())));
            }
            return all;
        });
    }

    private static void watchStore(Metrics metrics, Store store) {
        metrics.watchStore(() -> {
            StoreFigures now = store.figures();
            return new Metrics.Stored(now.bytes(), now.evicted(), now.scrubbedBytes(), now.rotten());
        });
    }

    private static Optional<String> notReady(Updater updater, InstantSource clock) {
        Instant now = clock.instant();
        try {
            updater.view().requireCurrent(now);
            return Optional.empty();
        } catch (InvalidMetadataException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static HttpServer operations(Config config, Routes routes, InstantSource clock) throws IOException {
        try {
            return HttpServer.start(config.operations(), Guard.operationsAlone(routes), ended -> {}, clock);
        } catch (IOException e) {
            throw new IOException("operations." + e.getMessage(), e);
        }
    }

    private Guard guarded(Config config, Routes routes) throws IOException {
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
        accounts.ifPresent(present -> opened(new FileWatch(List.of(present.file()), guard::reload)));
        return guard;
    }

    private ExchangeListener listener(Config config, Metrics metrics, InstantSource clock) throws IOException {
        ExchangeListener counting = exchange -> metrics.request(
                Routes.label(exchange.path()), exchange.status(), exchange.bodyBytes(), exchange.took());
        if (config.accessLog().isEmpty()) {
            return counting;
        }
        AccessLog access = opened(new AccessLog(config.accessLog().get()));
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

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Drains the server within its deadline and closes the rest. Safe to call twice. */
    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            AutoCloseable next = opened.pop();
            try {
                next.close();
            } catch (Exception e) {
                log.warn("closing failed what={}", next.getClass().getSimpleName(), e);
            }
        }
    }
}
