package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Weigher;
import dev.assay.crypto.Digest;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.simple.MalformedPageException;
import dev.assay.store.Blob;
import dev.assay.store.BlobStore;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a signed target to the page it is: memory → store → the signing repository, then mirrors → verified, stored, parsed once.
 * A mirror's page counts only when it is byte for byte what is signed; one that differs is stale, and no evidence against the
 * mirror. Thread-safe.
 *
 * @param <P> the parsed page
 */
final class VerifiedPages<P> {
    private static final Logger log = LoggerFactory.getLogger(VerifiedPages.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Reads verified bytes, once. */
    @FunctionalInterface
    interface Parser<P> {
        P parse(byte[] verified) throws MalformedPageException;
    }

    /**
     * Which page is meant.
     *
     * @param name for people
     * @param target what is signed
     * @param places where its bytes may be
     * @param grace as {@link Outcome.Found#grace}: then it is not fetched
     */
    record Wish<P>(
            String name, TargetFile target, PageSources.Places places, Optional<String> grace, Parser<P> parser) {
        Digest digest() {
            return target.digests().get(0);
        }

        Key key() {
            return new Key(target.path(), digest());
        }
    }

    /** Two projects can have the same bytes as a page, and not the same model: an HTML page does not say whose it is. */
    record Key(TargetPath path, Digest digest) {}

    private final SigningRepository repository;
    private final PageSources sources;
    private final BlobStore store;
    private final GateOptions options;
    private final Metrics metrics;
    private final AuditLog audit;
    private final SharedWork<Key> fetches;
    private final Cache<Key, P> inMemory;

    VerifiedPages(
            SigningRepository repository,
            PageSources sources,
            BlobStore store,
            GateOptions options,
            FetchWorkers workers,
            Metrics metrics,
            AuditLog audit,
            long maxWeight,
            Weigher<Key, P> weigher) {
        this.repository = repository;
        this.sources = sources;
        this.store = store;
        this.options = options;
        this.metrics = metrics;
        this.audit = audit;
        this.fetches = new SharedWork<>(workers);
        this.inMemory = Caffeine.newBuilder()
                .maximumWeight(maxWeight)
                .weigher(weigher)
                .executor(Runnable::run)
                .build();
    }

    Optional<P> inMemory(TargetFile target) {
        return Optional.ofNullable(
                inMemory.getIfPresent(new Key(target.path(), target.digests().get(0))));
    }

    Outcome<P> open(Wish<P> wish, Instant deadline) {
        TargetFile target = wish.target();
        if (target.length() > options.maxPageBytes()) {
            return Outcome.refused(
                    Outcome.Reason.UNVERIFIED,
                    "the signed page of " + wish.name() + " has " + target.length() + " bytes (expected: at most "
                            + options.maxPageBytes() + ")");
        }
        P known = inMemory.getIfPresent(wish.key());
        return known != null ? new Outcome.Found<>(known) : fromStore(wish, deadline);
    }

    private Outcome<P> fromStore(Wish<P> wish, Instant deadline) {
        Optional<Blob> stored = store.open(wish.digest());
        if (stored.isPresent()) {
            try (Blob blob = stored.get()) {
                if (blob.length() == wish.target().length()
                        && blob.digests().containsAll(wish.target().digests())) {
                    metrics.lookup("page", "stored");
                    return parsed(wish, readFully(blob));
                }
            }
        }
        if (wish.grace().isPresent()) {
            String detail = wish.name() + ": its page is not stored, and "
                    + wish.grace().get();
            return Outcome.refused(Outcome.Reason.UNVERIFIED, detail);
        }
        return fetches.ask(wish.key(), "the signed page of " + wish.name(), deadline, () -> fetch(wish));
    }

    private static byte[] readFully(Blob blob) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(blob.length()));
        while (bytes.hasRemaining()) {
            blob.read(bytes.position(), bytes);
        }
        return bytes.array();
    }

    /** Empty when the page is now in memory. */
    private Optional<Outcome<P>> fetch(Wish<P> wish) {
        PageSources.Troubles troubles = new PageSources.Troubles();
        Optional<byte[]> bytes = sources.fetch(wish.places(), wish.target(), troubles);
        if (bytes.isEmpty()) {
            Outcome.Reason reason = troubles.otherPage() ? Outcome.Reason.OTHER_PAGE : Outcome.Reason.UPSTREAM;
            return Optional.of(Outcome.unavailable(reason, wish.name() + ": " + troubles, RETRY));
        }
        metrics.lookup("page", "fetched");
        keep(wish.target(), bytes.get());
        Outcome<P> page = parsed(wish, bytes.get());
        return page instanceof Outcome.Found<P> ? Optional.empty() : Optional.of(page);
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

    private Outcome<P> parsed(Wish<P> wish, byte[] verified) {
        String path = wish.target().path().value();
        try {
            P page = wish.parser().parse(verified);
            inMemory.put(wish.key(), page);
            repository.remember(path, wish.digest());
            return new Outcome.Found<>(page);
        } catch (MalformedPageException e) {
            audit.record("signed-page-malformed", "path", path, "detail", String.valueOf(e.getMessage()));
            String detail = "the signed page of " + wish.name() + " is malformed: " + e.getMessage();
            return Outcome.refused(Outcome.Reason.MALFORMED_PAGE, detail);
        }
    }
}
