package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches again what has rotted on the disk, while its mirrors are still there, and only where it is still signed: trust is asked as for
 * any client. What can't be had now is fetched when it is next asked for.
 */
public final class RottenFiles {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final String PACKAGES = "packages/";
    private static final Logger log = LoggerFactory.getLogger(RottenFiles.class);

    private final Store store;
    private final Index index;
    private final Distributions distributions;
    private final FetchWorkers workers;
    private final InstantSource clock;

    public RottenFiles(
            Store store, Index index, Distributions distributions, FetchWorkers workers, InstantSource clock) {
        this.store = store;
        this.index = index;
        this.distributions = distributions;
        this.workers = workers;
        this.clock = clock;
    }

    /** Replaces the file that had these digests and is forgotten by now. Reads the disk; waits for no network. */
    public void replace(List<Digest> digests) {
        Instant deadline = clock.instant().plus(DEADLINE);
        for (String path : store.pathsSignedAs(digests)) {
            if (path.startsWith(PACKAGES)) {
                fetch(path, deadline);
            }
        }
    }

    private void fetch(String path, Instant deadline) {
        Outcome<SignedFile> signed = index.file(path, deadline);
        if (signed instanceof Outcome.Found<SignedFile> file) {
            log.info("damaged file is fetched again path={}", path);
            distributions.fetch(file.value());
        } else if (signed instanceof Outcome.Waiting<SignedFile> waiting
                && clock.instant().isBefore(deadline)) {
            AtomicBoolean woken = new AtomicBoolean();
            waiting.subscribe().accept(() -> {
                if (woken.compareAndSet(false, true)) {
                    later(() -> fetch(path, deadline));
                }
            });
        }
    }

    private void later(Runnable work) {
        try {
            workers.lookups().execute(work);
        } catch (RejectedExecutionException e) {
            log.debug("damaged file is left until it is asked for");
        }
    }
}
