package dev.assay.gate;

import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.HttpServer;
import dev.assay.server.ServerOptions;
import dev.assay.simple.ProjectName;
import dev.assay.store.Store;
import dev.assay.store.StoreOptions;
import dev.assay.trust.TrustOptions;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.upstream.Access;
import dev.assay.upstream.HttpMetadataSource;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.Mirrors;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamOptions;
import dev.assay.web.RepositoryState;
import dev.assay.web.Routes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The proxy in its real parts, from an empty folder up, with a test's hand on each of them. */
public final class TestProxy implements AutoCloseable {
    /** Longer than any machine needs for what a test waits for. */
    public static final Duration PATIENT = Duration.ofSeconds(60);

    /** Over at once: what a mirror holds back is then not there in time. */
    public static final Duration IMPATIENT = Duration.ofMillis(50);

    /** How long ago a signer that follows an index may have seen a page there. */
    static final Duration MAX_UNCONFIRMED = Duration.ofDays(2);

    /** How long a transfer goes on for nobody. */
    static final Duration LINGER = Duration.ofMinutes(1);

    public static final int TAIL = 64 << 10;

    final Store store;
    final Updater updater;
    final FetchWorkers workers;
    final ProjectPages pages;
    final Index index;
    final Blame blame;
    final FileSources fileSources;
    final Distributions distributions;
    final InstantSource clock;

    private final UpstreamClient client;
    private final Mirrors mirrors;
    private final Refresher refresher;
    private final Grace grace;
    private final HttpServer server;

    /** What differs from test to test: adaptive and patient, with room on the disk, as long as nothing else is said. */
    public static final class Setup {
        private final SignedIndex index;
        private final TestMirror signing;
        private final List<TestMirror> mirrors;
        private final Path data;
        private final InstantSource clock;
        private GateOptions.Delivery delivery = GateOptions.Delivery.ADAPTIVE;
        private Duration patience = PATIENT;
        private long reserveBytes;
        private long maxStaged = 1L << 30;
        private int transfers = 8;
        private Duration grace = Duration.ZERO;
        private boolean carrying;
        private UpstreamOptions limits =
                new UpstreamOptions(Duration.ofSeconds(20), PATIENT, 0, PATIENT, PATIENT.multipliedBy(2), 3, List.of());

        private Setup(SignedIndex index, TestMirror signing, List<TestMirror> mirrors, Path data, InstantSource clock) {
            this.index = index;
            this.signing = signing;
            this.mirrors = mirrors;
            this.data = data;
            this.clock = clock;
        }

        public static Setup of(
                SignedIndex index, TestMirror signing, Path data, InstantSource clock, TestMirror... mirrors) {
            return new Setup(index, signing, List.of(mirrors), data, clock);
        }

        public Setup impatient(GateOptions.Delivery how) {
            delivery = how;
            patience = IMPATIENT;
            return this;
        }

        Setup withPatience(Duration length) {
            patience = length;
            return this;
        }

        Setup onFullDisk() {
            reserveBytes = Long.MAX_VALUE / 2;
            return this;
        }

        Setup withStaged(long most) {
            maxStaged = most;
            return this;
        }

        Setup withTransfers(int most) {
            transfers = most;
            return this;
        }

        Setup withGrace(Duration length) {
            grace = length;
            return this;
        }

        /** With mirrors that carry metadata and signed pages too. */
        Setup withMetadataOnMirrors() {
            carrying = true;
            return this;
        }

        Setup withLimits(UpstreamOptions others) {
            limits = others;
            return this;
        }
    }

    private TestProxy(Setup setup) throws IOException, InvalidMetadataException {
        clock = setup.clock;
        Metrics metrics = new Metrics();
        store = Store.open(new StoreOptions(
                setup.data,
                1 << 20,
                1L << 30,
                setup.maxStaged,
                setup.reserveBytes,
                0,
                512,
                StoreOptions.VerifyOnRead.OFF));
        AuditLog audit = new AuditLog(setup.data, clock);
        mirrors = new Mirrors(mirrors(setup), limits(setup), clock);
        client = new UpstreamClient(limits(setup));
        List<MetadataPlaces.Place> places = new ArrayList<>();
        places.add(new MetadataPlaces.Place(
                "repository",
                new HttpMetadataSource(client, setup.signing.base().resolve("metadata/"))));
        mirrors.forEach(each ->
                each.metadata().ifPresent(source -> places.add(new MetadataPlaces.Place(each.name(), source))));
        MetadataPlaces metadata = new MetadataPlaces(places);
        updater = new Updater(setup.index.root(), metadata, store.metadata("test"), TrustOptions.DEFAULTS);
        workers = FetchWorkers.start(setup.transfers, new Deadlines(clock));
        refresher = new Refresher(
                "test",
                updater,
                metadata,
                Duration.ofHours(1),
                clock,
                new SplittableRandom(1),
                workers.deadlines(),
                metrics,
                audit);
        grace = new Grace("test", setup.grace, audit);
        SigningRepository repository = new SigningRepository(
                setup.index.layout(),
                MAX_UNCONFIRMED,
                grace,
                updater,
                refresher,
                store.signedPaths("test"),
                workers,
                clock);
        GateOptions options = new GateOptions(setup.delivery, setup.patience, LINGER, TAIL, 8 << 20, 1 << 20, 64 << 10);
        PageSources pageSources = new PageSources(client, setup.signing.base(), mirrors);
        pages = new ProjectPages(repository, pageSources, store.blobs(), options, workers, metrics, audit);
        index = new Index(ProjectMap.of(new Authority(
                "test",
                pages,
                new SignedFiles(repository, pages, mirrors, options),
                new MetadataFiles(updater, workers, clock),
                Optional.empty())));
        blame = new Blame(setup.data, clock, () -> Map.of("timestamp", 1L));
        fileSources = new FileSources(blame, store.blobs(), options, metrics, audit);
        distributions = new Distributions(fileSources, options, workers, clock, metrics);
        Routes routes = new Routes(
                index,
                distributions,
                metrics,
                audit,
                () -> Map.of("test", new RepositoryState(notReady(), inGrace(), "the test's keys", Optional.empty())),
                blame::report);
        refresher.start();
        server = HttpServer.start(ServerOptions.DEFAULTS, routes, ended -> {}, clock);
    }

    public static TestProxy start(Setup setup) throws IOException, InvalidMetadataException {
        return new TestProxy(setup);
    }

    public int port() {
        return server.port();
    }

    /** Where a path without a leading slash is. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + "/" + path);
    }

    /** Looks for newer metadata now. */
    public void refresh() throws IOException, InvalidMetadataException {
        updater.refresh(clock.instant());
    }

    /** The same by the refresher, which asks mirrors too. */
    void refreshFromAnywhere() throws IOException, InterruptedException {
        refresher.refreshed(PATIENT);
    }

    /** The answer of the gate itself, waited for as the server does. */
    static <T> Outcome<T> settled(Supplier<Outcome<T>> question) throws InterruptedException {
        Outcome<T> outcome = question.get();
        while (outcome instanceof Outcome.Waiting<T> waiting) {
            CountDownLatch woken = new CountDownLatch(1);
            waiting.subscribe().accept(woken::countDown);
            if (!woken.await(PATIENT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("never woken");
            }
            outcome = question.get();
        }
        return outcome;
    }

    SignedFile signed(String path) throws InterruptedException {
        Outcome<SignedFile> outcome = settled(() -> index.file(path, in(PATIENT)));
        if (outcome instanceof Outcome.Found<SignedFile> found) {
            return found.value();
        }
        throw new AssertionError(path + ": " + outcome);
    }

    Outcome<VerifiedPage> page(String project, Instant deadline) throws InterruptedException {
        return settled(() -> pages.open(new ProjectName(project), deadline));
    }

    Instant in(Duration duration) {
        return clock.instant().plus(duration);
    }

    private Optional<String> inGrace() {
        return grace.over(updater.view(), clock.instant());
    }

    private Optional<String> notReady() {
        try {
            if (inGrace().isEmpty()) {
                updater.view().requireCurrent(clock.instant());
            }
            return Optional.empty();
        } catch (InvalidMetadataException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static List<Mirror> mirrors(Setup setup) {
        List<Mirror> mirrors = new ArrayList<>();
        for (TestMirror mirror : setup.mirrors) {
            URI base = mirror.base();
            Optional<Mirror.Signed> signed =
                    setup.carrying ? Optional.of(new Mirror.Signed(base.resolve("metadata/"), base)) : Optional.empty();
            mirrors.add(new Mirror("mirror-" + mirrors.size(), base.resolve("simple/"), base, signed, Access.PLAIN));
        }
        return mirrors;
    }

    private static UpstreamOptions limits(Setup setup) {
        List<URI> places = new ArrayList<>(List.of(setup.signing.base()));
        setup.mirrors.forEach(mirror -> places.add(mirror.base()));
        return setup.limits.withPlaces(places);
    }

    @Override
    public void close() {
        client.close(); // first, so that nothing waits for a mirror that holds an answer back
        mirrors.close();
        server.close();
        refresher.close();
        workers.close();
        store.close();
    }
}
