package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectName;
import dev.assay.simple.RootPage;
import dev.assay.store.BlobStore;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.upstream.Mirror;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * The use case of a page: trust (which digest is signed) → {@link VerifiedPages}. Project pages, and the list of projects where
 * the repository signs one. Thread-safe; may read the disk, never the network.
 */
public final class ProjectPages {
    /** Weighed by files: about 500 bytes of heap each, so some 64 MB at most. */
    private static final long MAX_FILES_IN_MEMORY = 128 << 10;
    /** The present list and, for those who still render it, the one before. */
    private static final long MAX_LISTS_IN_MEMORY = 2;

    private static final long MAX_ORIGINALS_BYTES = 16L << 20;

    private final SigningRepository repository;
    private final PageSources sources;
    private final VerifiedPages<VerifiedPage> pages;
    private final VerifiedPages<ProjectList> lists;
    private final VerifiedPages<SignedPage> originals;

    /** The list of projects with the signed digest that is its identity. */
    public record ProjectList(Digest digest, RootPage page) {}

    public ProjectPages(
            SigningRepository repository,
            PageSources sources,
            BlobStore store,
            GateOptions options,
            FetchWorkers workers,
            Metrics metrics,
            AuditLog audit) {
        this.repository = repository;
        this.sources = sources;
        this.pages = new VerifiedPages<>(
                repository,
                sources,
                store,
                options,
                workers,
                metrics,
                audit,
                MAX_FILES_IN_MEMORY,
                (digest, page) -> 8 + page.page().files().size());
        this.lists = new VerifiedPages<>(
                repository, sources, store, options, workers, metrics, audit, MAX_LISTS_IN_MEMORY, (digest, list) -> 1);
        this.originals = new VerifiedPages<>(
                repository,
                sources,
                store,
                options,
                workers,
                metrics,
                audit,
                MAX_ORIGINALS_BYTES,
                (digest, page) -> 200 + page.bytes().length);
    }

    /** The verified page; withheld as NOT_FOUND when the signed metadata knows no such project. */
    public Outcome<VerifiedPage> open(ProjectName project, Instant deadline) {
        Outcome<TargetFile> trusted = trusted(project, deadline);
        return trusted instanceof Outcome.Found<TargetFile> found
                ? open(project, found, deadline)
                : trusted.then(never -> open(project, deadline));
    }

    /** The page that {@link #trusted} found. */
    Outcome<VerifiedPage> open(ProjectName project, Outcome.Found<TargetFile> trusted, Instant deadline) {
        return pages.open(wish(project, trusted), deadline).under(trusted.grace());
    }

    /** The page when trust and page are both in memory: for the event loop. */
    public Optional<VerifiedPage> openInMemory(ProjectName project) {
        for (TargetPath path : repository.layout().pages(project)) {
            Optional<TargetFile> target = repository.findInMemory(path);
            if (target.isPresent() && repository.isConfirmedInMemory(project)) {
                return pages.inMemory(target.get());
            }
        }
        return Optional.empty();
    }

    /** The list of projects; withheld as NOT_FOUND where the repository signs none. */
    public Outcome<ProjectList> list(Instant deadline) {
        Optional<TargetPath> path = repository.layout().listPath();
        if (path.isEmpty()) {
            return Outcome.refused(Outcome.Reason.NOT_FOUND, "this repository signs no list of its projects");
        }
        Outcome<TargetFile> trusted = repository.find(path.get(), deadline);
        return trusted instanceof Outcome.Found<TargetFile> found
                ? lists.open(listWish(found), deadline).under(found.grace())
                : trusted.then(never -> list(deadline));
    }

    /** A signed page, or the list of projects, as it was published: for those who verify it themselves. */
    public Outcome<SignedPage> original(TargetPath path, Instant deadline) {
        Optional<Function<Mirror, URI>> own = ownPage(path);
        if (own.isEmpty()) {
            return Outcome.refused(Outcome.Reason.NOT_FOUND, "no page has the target path " + path);
        }
        Outcome<TargetFile> trusted = repository.find(path, deadline);
        return trusted instanceof Outcome.Found<TargetFile> found
                ? originals.open(originalWish(found, own.get()), deadline).under(found.grace())
                : trusted.then(never -> original(path, deadline));
    }

    /** Where mirrors keep the page of this target path; empty when it is no page's. */
    private Optional<Function<Mirror, URI>> ownPage(TargetPath path) {
        if (repository.layout().listPath().equals(Optional.of(path))) {
            return Optional.of(Mirror::simple);
        }
        return repository.layout().project(path).map(project -> mirror -> mirror.page(project));
    }

    /** The trust step alone: which page is signed, and that it was seen at the index lately where that is said. */
    Outcome<TargetFile> trusted(ProjectName project, Instant deadline) {
        return find(project, deadline)
                .then(target -> repository.confirmed(project, deadline).then(confirmed -> new Outcome.Found<>(target)));
    }

    /** The preferred form that is signed. */
    private Outcome<TargetFile> find(ProjectName project, Instant deadline) {
        Outcome<TargetFile> last = Outcome.refused(Outcome.Reason.NOT_FOUND, "no page of " + project + " is signed");
        for (TargetPath path : repository.layout().pages(project)) {
            Outcome<TargetFile> found = repository.find(path, deadline);
            if (found.is(Outcome.Reason.REVOKED)) {
                last = found;
            } else if (!found.is(Outcome.Reason.NOT_FOUND)) {
                return found;
            }
        }
        return last;
    }

    private VerifiedPages.Wish<SignedPage> originalWish(Outcome.Found<TargetFile> trusted, Function<Mirror, URI> own) {
        TargetFile target = trusted.value();
        return new VerifiedPages.Wish<>(
                target.path().value(),
                target,
                sources.places(target, repository.prefixed(), own),
                trusted.grace(),
                verified -> new SignedPage(target, verified));
    }

    private VerifiedPages.Wish<VerifiedPage> wish(ProjectName project, Outcome.Found<TargetFile> trusted) {
        TargetFile target = trusted.value();
        URI base = URI.create("http://index.invalid/simple/" + project + "/");
        return new VerifiedPages.Wish<>(
                project.value(),
                target,
                sources.places(target, repository.prefixed(), mirror -> mirror.page(project)),
                trusted.grace(),
                verified -> VerifiedPage.of(target.digests().get(0), PageParser.parse(verified, project, base)));
    }

    private VerifiedPages.Wish<ProjectList> listWish(Outcome.Found<TargetFile> trusted) {
        TargetFile target = trusted.value();
        return new VerifiedPages.Wish<>(
                "all projects",
                target,
                sources.places(target, repository.prefixed(), Mirror::simple),
                trusted.grace(),
                verified -> new ProjectList(target.digests().get(0), PageParser.parseRootJson(verified)));
    }
}
