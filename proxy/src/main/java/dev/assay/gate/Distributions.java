package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.observe.Metrics;
import dev.assay.store.Blob;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * The use case of a file: trust ({@link Index#file}) → store (hit: done) → {@link VerifiedDownload}, one for all who ask →
 * an answer. Decides when bytes may flow: not before verification within the patience; after it, in adaptive delivery, all
 * but the tail. Thread-safe; reads the disk, never the network.
 */
public final class Distributions {
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration REMEMBER_FAILURE = Duration.ofSeconds(3);

    private final FileSources sources;
    private final GateOptions options;
    private final FetchWorkers workers;
    private final InstantSource clock;
    private final Metrics metrics;
    private final ConcurrentHashMap<SignedFile, VerifiedDownload> running = new ConcurrentHashMap<>();
    private final Cache<SignedFile, Outcome<FileAnswer>> failures;

    public Distributions(
            FileSources sources, GateOptions options, FetchWorkers workers, InstantSource clock, Metrics metrics) {
        this.sources = sources;
        this.options = options;
        this.workers = workers;
        this.clock = clock;
        this.metrics = metrics;
        this.failures = Caffeine.newBuilder()
                .maximumSize(10_000)
                .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
                .expireAfterWrite(REMEMBER_FAILURE)
                .build();
    }

    /**
     * The file, as far as it may be handed over now.
     *
     * @param signed what its bytes must be; where that stands by grace alone, only what is stored is handed over
     * @param received when the request came: the patience counts from there, however often it asks again
     */
    public Outcome<FileAnswer> open(Outcome.Found<SignedFile> signed, Wanted wanted, Instant received) {
        SignedFile file = signed.value();
        Optional<Blob> stored = verified(file);
        if (stored.isPresent()) {
            metrics.lookup("file", "stored");
            return new Outcome.Found<>(new FileAnswer.Stored(stored.get()), signed.grace());
        }
        if (signed.grace().isPresent()) {
            String detail =
                    file.filename() + ": not stored, and " + signed.grace().get();
            return Outcome.refused(Outcome.Reason.UNVERIFIED, detail);
        }
        Optional<String> verdict = sources.unanimousVerdict(file);
        if (verdict.isPresent()) {
            return Outcome.refused(Outcome.Reason.WRONG_BYTES, verdict.get());
        }
        if (wanted == Wanted.HEAD && file.length().isPresent()) {
            return new Outcome.Found<>(new FileAnswer.Announced(file.length().getAsLong()));
        }
        Outcome<FileAnswer> failed = failures.getIfPresent(file);
        if (failed != null) {
            return failed;
        }
        return join(file).then(download -> await(download, file, wanted, received));
    }

    /** From the stage while it is being stored, then from the store: whoever had it once finds it from then on. */
    private Optional<Blob> verified(SignedFile file) {
        VerifiedDownload download = running.get(file);
        Optional<Blob> staged = download == null ? Optional.empty() : download.verified();
        return staged.isPresent() ? staged : sources.stored(file);
    }

    /** Has the file fetched to its end, unless it is here, though nobody waits for it. */
    void fetch(SignedFile file) {
        if (!sources.holds(file)) {
            if (join(file) instanceof Outcome.Found<VerifiedDownload> download) {
                download.value().finish();
            }
        }
    }

    /** The transfer of this file that is under way, or a new one. */
    private Outcome<VerifiedDownload> join(SignedFile file) {
        VerifiedDownload mine =
                new VerifiedDownload(file, sources, workers, clock, options, failure -> ended(file, failure));
        VerifiedDownload theirs = running.putIfAbsent(file, mine);
        if (theirs != null) {
            theirs.asked();
            return new Outcome.Found<>(theirs);
        }
        try {
            workers.transfers().execute(mine);
            metrics.lookup("file", "fetched");
            return new Outcome.Found<>(mine);
        } catch (RejectedExecutionException e) {
            mine.reject(Outcome.unavailable(Outcome.Reason.LOCAL, "all fetching workers are busy", RETRY));
            return Outcome.unavailable(Outcome.Reason.LOCAL, "all fetching workers are busy", RETRY);
        }
    }

    private void ended(SignedFile file, Optional<Outcome<FileAnswer>> failure) {
        failure.ifPresent(why -> failures.put(file, why));
        running.remove(file);
    }

    private Outcome<FileAnswer> await(VerifiedDownload download, SignedFile file, Wanted wanted, Instant received) {
        Instant now = clock.instant();
        Instant patienceEnds = received.plus(options.patience());
        boolean mayFlow =
                options.delivery() == GateOptions.Delivery.ADAPTIVE && wanted == Wanted.WHOLE && !file.whole();
        if (download.streams()) {
            return streamed(download, file, mayFlow);
        }
        if (now.isBefore(patienceEnds)) {
            return waiting(download::onEnd, patienceEnds);
        }
        if (!mayFlow) {
            return stillVerifying(download, file, now, received);
        }
        Optional<EarlyFile> early = download.early();
        if (early.isPresent()) {
            return new Outcome.Found<>(new FileAnswer.Early(early.get()));
        }
        Instant giveUp = patienceEnds.plus(options.patience());
        return now.isBefore(giveUp)
                ? waiting(download::onFlowing, giveUp)
                : stillVerifying(download, file, now, received);
    }

    /** On a full disk: at once, to one client at a time. */
    private static Outcome<FileAnswer> streamed(VerifiedDownload download, SignedFile file, boolean mayFlow) {
        Optional<EarlyFile> early = mayFlow ? download.early() : Optional.empty();
        if (early.isPresent()) {
            return new Outcome.Found<>(new FileAnswer.Early(early.get()));
        }
        String detail = file.filename() + ": the disk is full, so it goes whole to one client at a time";
        return Outcome.unavailable(Outcome.Reason.LOCAL, detail, RETRY);
    }

    private Outcome<FileAnswer> waiting(Consumer<Runnable> event, Instant deadline) {
        return new Outcome.Waiting<>(wake -> {
            event.accept(wake);
            workers.deadlines().at(deadline, wake);
        });
    }

    /** Not yet: it is only slow, or mirrors have failed and none has sent anything, and then that is the answer. */
    private Outcome<FileAnswer> stillVerifying(
            VerifiedDownload download, SignedFile file, Instant now, Instant received) {
        String waited = Duration.between(received, now).toSeconds() + " s";
        Optional<String> fruitless = download.fruitless();
        if (fruitless.isPresent()) {
            String detail = file.filename() + ": no mirror sent a byte within " + waited + ": " + fruitless.get();
            return Outcome.unavailable(Outcome.Reason.TIMEOUT, detail, RETRY);
        }
        String detail = file.filename() + ": still being fetched and verified after " + waited;
        return Outcome.unavailable(Outcome.Reason.LOCAL, detail, RETRY);
    }
}
