package dev.assay.app;

import dev.assay.author.follow.PassReport;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.Authority;
import dev.assay.gate.FetchWorkers;
import dev.assay.gate.Grace;
import dev.assay.gate.MetadataFiles;
import dev.assay.gate.MetadataPlaces;
import dev.assay.gate.Newcomers;
import dev.assay.gate.Outcome;
import dev.assay.gate.PageSources;
import dev.assay.gate.ProjectPages;
import dev.assay.gate.ProjectSigner;
import dev.assay.gate.Refresher;
import dev.assay.gate.SignedFiles;
import dev.assay.gate.SigningRepository;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.simple.ProjectName;
import dev.assay.store.Store;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.upstream.HttpMetadataSource;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Mirrors;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamException;
import dev.assay.upstream.UpstreamOptions;
import dev.assay.web.FollowRoutes;
import dev.assay.web.RepositoryState;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One repository of the configuration, wired: its own metadata, refresher and clients, which may dial its own hosts alone, over what
 * all repositories share.
 */
final class ServedRepository implements AutoCloseable {
    /** What all repositories share. */
    record Shared(
            Config config, Store store, FetchWorkers workers, Metrics metrics, AuditLog audit, InstantSource clock) {}

    private static final Logger log = LoggerFactory.getLogger(ServedRepository.class);
    private static final Duration REFRESH_PATIENCE = Duration.ofSeconds(30);

    private final Config.Repository repository;
    private final String trusted;
    private final InstantSource clock;
    private final FetchWorkers workers;
    private final UpstreamClient client;
    private final Mirrors mirrors;
    private final MetadataPlaces metadata;
    private final Updater updater;
    private final Refresher refresher;
    private final Grace grace;
    private final Optional<EmbeddedFollower> follower;
    private final Optional<Newcomers> newcomers;
    private final Authority authority;
    private final FollowReports reports;

    /**
     * Wires it; nothing is asked yet.
     *
     * @param follower who signs it in this process; the caller's to close, after this
     */
    ServedRepository(Config.Repository repository, Optional<EmbeddedFollower> follower, Shared shared)
            throws IOException {
        this.repository = repository;
        this.follower = follower;
        this.clock = shared.clock();
        String name = repository.name();
        this.workers = shared.workers().withOwnLookups(name);
        byte[] root = PinnedRoot.read(repository);
        this.trusted = trusted(repository, root);
        log.info("trusted repository={} what={}", name, trusted);
        UpstreamOptions places = repository.places(shared.config().upstream());
        this.client = new UpstreamClient(places, repository.access(), own(repository));
        this.mirrors = new Mirrors(repository.mirrors(), places, clock);
        this.metadata = metadata();
        this.updater = updater(shared, root);
        this.refresher = new Refresher(
                name,
                updater,
                metadata,
                repository.refreshInterval(),
                clock,
                new SplittableRandom(),
                workers.deadlines(),
                shared.metrics(),
                shared.audit());
        this.grace = new Grace(name, repository.grace(), shared.audit());
        this.newcomers = signer().map(signer -> new Newcomers(project -> sign(signer, project), workers.deadlines()));
        this.authority = authority(shared);
        this.reports = new FollowReports(name, shared.metrics(), shared.audit(), clock);
        shared.metrics().watchTrust(name, refresher::state, clock::instant);
    }

    private static String trusted(Config.Repository repository, byte[] root) {
        String keys = "root " + repository.root() + ", " + Digest.of(HashAlgorithm.SHA256, root);
        return repository.signer().orElse(null) instanceof Config.Signer.Embedded here
                ? "what this machine sees at " + here.index()
                        + ("https".equalsIgnoreCase(here.index().getScheme()) ? " over TLS" : ", on this machine")
                        + ", from its first look on remembered in " + here.folder() + "; signed here (" + keys + ")"
                : "whoever holds the keys of " + keys;
    }

    /** Where the repository itself is, which alone gets its credentials. */
    private static List<URI> own(Config.Repository repository) {
        List<URI> own = new ArrayList<>(List.of(repository.metadata(), repository.targets()));
        if (repository.signer().orElse(null) instanceof Config.Signer.Apart apart) {
            own.add(apart.follow());
        }
        return own;
    }

    private Optional<ProjectSigner> signer() {
        return repository.signer().orElse(null) instanceof Config.Signer.Apart apart
                ? Optional.of(project -> signedApart(project, apart.follow().resolve(project.value())))
                : follower.map(here -> here);
    }

    private Outcome<ProjectName> signedApart(ProjectName project, URI follow) throws UpstreamException {
        try {
            return client.post(follow) ? new Outcome.Found<>(project) : ProjectSigner.unknown(project);
        } catch (UpstreamException e) {
            if (e.status().orElse(0) == FollowRoutes.NOT_TAKEN) {
                return Outcome.refused(Outcome.Reason.NOT_TAKEN, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** The repository's own, then those of the mirrors that carry it. */
    private MetadataPlaces metadata() {
        List<MetadataPlaces.Place> places = new ArrayList<>();
        places.add(new MetadataPlaces.Place("repository", new HttpMetadataSource(client, repository.metadata())));
        for (MirrorClient mirror : mirrors) {
            mirror.metadata().ifPresent(source -> places.add(new MetadataPlaces.Place(mirror.name(), source)));
        }
        return new MetadataPlaces(places);
    }

    private Updater updater(Shared shared, byte[] root) throws IOException {
        try {
            return new Updater(
                    root,
                    metadata,
                    shared.store().metadata(repository.name()),
                    shared.config().trust());
        } catch (InvalidMetadataException e) {
            throw new IOException(
                    repository.key() + ".root: " + repository.root() + " is no root that can be trusted: "
                            + e.getMessage(),
                    e);
        }
    }

    private Authority authority(Shared shared) {
        SigningRepository signing = new SigningRepository(
                repository.layout(),
                repository.maxUnconfirmed(),
                grace,
                updater,
                refresher,
                shared.store().signedPaths(repository.name()),
                workers,
                clock);
        ProjectPages pages = new ProjectPages(
                signing,
                new PageSources(client, repository.targets(), mirrors),
                shared.store().blobs(),
                shared.config().gate(),
                workers,
                shared.metrics(),
                shared.audit());
        SignedFiles files =
                new SignedFiles(signing, pages, mirrors, shared.config().gate());
        MetadataFiles metadata = new MetadataFiles(updater, workers, clock);
        return new Authority(repository.name(), pages, files, metadata, newcomers);
    }

    /** What was just published is looked for at once: somebody waits for it. */
    private Outcome<ProjectName> sign(ProjectSigner signer, ProjectName project)
            throws IOException, InterruptedException {
        Outcome<ProjectName> answer = signer.sign(project);
        if (answer instanceof Outcome.Found<ProjectName>) {
            refresher.refreshed(REFRESH_PATIENCE);
        }
        return answer;
    }

    /** News of the index reach readers now, and not when the next refresh is due. Who asked for a newcomer waits in {@link #sign}. */
    private void passed(PassReport report) {
        reports.accept(report);
        if (report.changed() > 0) {
            refresher.published();
        }
    }

    String name() {
        return repository.name();
    }

    Authority authority() {
        return authority;
    }

    Mirrors mirrors() {
        return mirrors;
    }

    /** Of the roles that every page and file hangs on: root, timestamp, snapshot and targets come first, thousands of bins after. */
    Map<String, Long> versions() {
        Map<String, Long> versions = new LinkedHashMap<>();
        updater.view().roles().stream()
                .limit(4)
                .forEach(role -> versions.put(repository.name() + " " + role.role(), role.version()));
        return versions;
    }

    void start() {
        refresher.start();
        follower.ifPresent(each -> {
            reports.watch(each::followed);
            each.start(this::passed);
        });
    }

    /** Why the last metadata refresh failed; empty when it did not, or none has ended yet. */
    String refreshFailure() {
        return refresher.lastFailure();
    }

    /** Whose word counts, and whether it does now. */
    RepositoryState state() {
        Optional<String> byGrace = grace.over(updater.view(), clock.instant());
        try {
            if (byGrace.isEmpty()) {
                updater.view().requireCurrent(clock.instant());
            }
            return new RepositoryState(Optional.empty(), byGrace, trusted, following());
        } catch (InvalidMetadataException e) {
            String why = String.valueOf(e.getMessage());
            return new RepositoryState(Optional.of(why), Optional.empty(), trusted, following());
        }
    }

    private Optional<String> following() {
        return follower.map(each -> reports.text(each.followed(), each.alarmLog()));
    }

    @Override
    public void close() {
        newcomers.ifPresent(Newcomers::close);
        mirrors.close();
        client.close();
        refresher.close();
        workers.closeLookups();
    }
}
