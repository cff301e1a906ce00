package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.trust.Lookup;
import dev.assay.trust.TrustedView;
import dev.assay.trust.Updater;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delegated roles that readers used within the last day, each by a path that leads to it: what a new view needs in memory before
 * it comes into force. How many of them memory then holds is the updater's bound. Thread-safe.
 */
public final class HotRoles {
    private static final Logger log = LoggerFactory.getLogger(HotRoles.class);
    private static final Duration LATELY = Duration.ofDays(1);
    private static final int MAX_ROLES = 16_384;
    private static final int LOADERS = 4;
    /** Readers keep the old view meanwhile; what takes longer is loaded while they have the new one, until there is a newer one. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Cache<String, TargetPath> paths = Caffeine.newBuilder()
            .maximumSize(MAX_ROLES)
            .executor(Runnable::run)
            .expireAfterAccess(LATELY)
            .build();

    private final Duration patience;
    /** The view that was last asked for: whoever still loads for another one is done. */
    private volatile @Nullable TrustedView newest;

    HotRoles(Duration patience) {
        this.patience = patience;
    }

    /** A reader was told of this target. */
    void used(TargetFile target) {
        if (paths.getIfPresent(target.role()) == null) {
            paths.put(target.role(), target.path());
        }
    }

    /**
     * Loads them into a view that is not in force yet, some at a time. A role that can't be verified is left to those who ask for it.
     *
     * @return why the source could not deliver one of them; empty when it could, or is still at it when patience ends
     */
    Optional<IOException> loadInto(TrustedView next, Updater updater, Instant now, BooleanSupplier stopped)
            throws InterruptedException {
        newest = next;
        BooleanSupplier over = () -> stopped.getAsBoolean() || newest != next;
        AtomicReference<IOException> failure = new AtomicReference<>();
        ExecutorService loaders = Executors.newFixedThreadPool(LOADERS, task -> {
            Thread thread = new Thread(task, "assay-hot-roles");
            thread.setDaemon(true);
            return thread;
        });
        paths.asMap().forEach((role, path) -> {
            if (isMissing(next, path, now)) {
                loaders.execute(() -> load(next, path, updater, now, over, failure));
            }
        });
        loaders.shutdown();
        if (!loaders.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("loading roles ahead goes on behind the new metadata waited={}", patience);
        }
        return Optional.ofNullable(failure.get());
    }

    private static boolean isMissing(TrustedView next, TargetPath path, Instant now) {
        try {
            return next.find(path, now) instanceof Lookup.NotLoaded;
        } catch (InvalidMetadataException e) {
            return false; // loading would not change that
        }
    }

    private static void load(
            TrustedView next,
            TargetPath path,
            Updater updater,
            Instant now,
            BooleanSupplier over,
            AtomicReference<IOException> failure) {
        try {
            if (!over.getAsBoolean()) {
                var unused = updater.load(next, path, now);
            }
        } catch (IOException e) {
            failure.set(e);
        } catch (InvalidMetadataException | RuntimeException e) {
            log.warn("a role was not loaded ahead path={} reason={}", path, e.getMessage());
        }
    }
}
