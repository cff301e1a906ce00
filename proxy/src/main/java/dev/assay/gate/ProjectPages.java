package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.store.Blob;
import dev.assay.store.BlobStore;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The use case of a page: trust (which digest is signed) → memory → store → the signing repository, then mirrors → verified,
 * stored, parsed once. A mirror's page counts only when it is byte for byte what is signed; one that differs is stale, and no
 * evidence against the mirror. Thread-safe.
 */
public final class ProjectPages {
    private static final Logger log = LoggerFactory.getLogger(ProjectPages.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** Weighed by files: about 500 bytes of heap each, so some 64 MB at most. */
    private static final long MAX_FILES_IN_MEMORY = 128 << 10;

    private final SigningRepository repository;
    private final PageSources sources;
    private final BlobStore store;
    private final GateOptions options;
    private final Metrics metrics;
    private final AuditLog audit;
    private final SharedWork<Digest> fetches;
    private final Cache<Digest, VerifiedPage> inMemory = Caffeine.newBuilder()
            .maximumWeight(MAX_FILES_IN_MEMORY)
            .weigher((Digest digest, VerifiedPage page) ->
                    8 + page.page().files().size())
            .build();

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
        this.store = store;
        this.options = options;
        this.metrics = metrics;
        this.audit = audit;
        this.fetches = new SharedWork<>(workers);
    }

    /** The verified page; NotFound when the signed metadata knows no such project. May read the disk, never the network. */
    public Outcome<VerifiedPage> open(ProjectName project, Instant deadline) {
        return find(project, deadline).then(target -> {
            if (target.length() > options.maxPageBytes()) {
                return Outcome.refused(
                        Outcome.Reason.UNVERIFIED,
                        "the signed page of " + project + " has " + target.length() + " bytes (expected: at most "
                                + options.maxPageBytes() + ")");
            }
            VerifiedPage known = inMemory.getIfPresent(key(target));
            return known != null ? new Outcome.Found<>(known) : fromStore(project, target, deadline);
        });
    }

    /** The page when trust and page are both in memory: for the event loop. */
    public Optional<VerifiedPage> openInMemory(ProjectName project) {
        for (TargetPath path : repository.layout().pages(project)) {
            Optional<TargetFile> target = repository.findInMemory(path);
            if (target.isPresent()) {
                return Optional.ofNullable(inMemory.getIfPresent(key(target.get())));
            }
        }
        return Optional.empty();
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

    private Outcome<VerifiedPage> fromStore(ProjectName project, TargetFile target, Instant deadline) {
        Optional<Blob> stored = store.open(key(target));
        if (stored.isPresent()) {
            try (Blob blob = stored.get()) {
                if (blob.length() == target.length() && blob.digests().containsAll(target.digests())) {
                    metrics.lookup("page", "stored");
                    return parsed(project, target, readFully(blob));
                }
            }
        }
        return fetches.ask(key(target), "the signed page of " + project, deadline, () -> fetch(project, target));
    }

    private static byte[] readFully(Blob blob) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(blob.length()));
        while (bytes.hasRemaining()) {
            blob.read(bytes.position(), bytes);
        }
        return bytes.array();
    }

    /** Empty when the page is now in memory. */
    private Optional<Outcome<VerifiedPage>> fetch(ProjectName project, TargetFile target) {
        PageSources.Troubles troubles = new PageSources.Troubles();
        Optional<byte[]> bytes = sources.fetch(project, target, troubles);
        if (bytes.isEmpty()) {
            Outcome.Reason reason = troubles.otherPage() ? Outcome.Reason.OTHER_PAGE : Outcome.Reason.UPSTREAM;
            return Optional.of(Outcome.unavailable(reason, project + ": " + troubles, RETRY));
        }
        metrics.lookup("page", "fetched");
        keep(target, bytes.get());
        Outcome<VerifiedPage> page = parsed(project, target, bytes.get());
        return page instanceof Outcome.Found<VerifiedPage> ? Optional.empty() : Optional.of(page);
    }

    /** A local fault costs the next start a fetch, and nothing else. */
    private void keep(TargetFile target, byte[] bytes) {
        try {
            StagedBlob staged = store.stage(bytes.length);
            try {
                staged.append(bytes, 0, bytes.length);
                staged.commit(target.digests());
            } catch (StoreException e) {
                staged.discard();
                throw e;
            } finally {
                staged.release();
            }
        } catch (StoreException e) {
            log.warn("page not stored path={} reason={}", target.path(), e.getMessage());
        }
    }

    private Outcome<VerifiedPage> parsed(ProjectName project, TargetFile target, byte[] verified) {
        URI base = URI.create("http://index.invalid/simple/" + project + "/");
        try {
            ProjectPage signed = PageParser.parse(verified, project, base);
            VerifiedPage page = VerifiedPage.of(key(target), signed);
            inMemory.put(key(target), page);
            repository.remember(target.path().value(), key(target));
            return new Outcome.Found<>(page);
        } catch (MalformedPageException e) {
            audit.record(
                    "signed-page-malformed", "path", target.path().value(), "detail", String.valueOf(e.getMessage()));
            String detail = "the signed page of " + project + " is malformed: " + e.getMessage();
            return Outcome.refused(Outcome.Reason.MALFORMED_PAGE, detail);
        }
    }

    private static Digest key(TargetFile target) {
        return target.digests().get(0);
    }
}
