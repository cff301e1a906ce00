package dev.assay.gate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Single flight for network work whose result lands in shared state: all who ask for one key while it runs wait for the same
 * run, then look into that state again. A failure is kept for a moment, so that those who waited see it and nobody hammers an
 * upstream that just failed. Bounded by the executor. Thread-safe.
 */
final class SharedWork<K> {
    private static final Duration REMEMBER_FAILURE = Duration.ofSeconds(3);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Executor workers;
    private final Deadlines deadlines;
    private final ConcurrentHashMap<K, CompletableFuture<Void>> running = new ConcurrentHashMap<>();
    private final Cache<K, Outcome<?>> failures = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterWrite(REMEMBER_FAILURE)
            .build();

    /** Looks things up. */
    SharedWork(FetchWorkers workers) {
        this(workers.lookups(), workers.deadlines());
    }

    SharedWork(Executor workers, Deadlines deadlines) {
        this.workers = workers;
        this.deadlines = deadlines;
    }

    /**
     * The failure that {@code work} just had for this key, or a wait for the run that is now under way; past the deadline a timeout.
     *
     * @param what for the message
     * @param work returns empty when the shared state now has the answer, else what went wrong
     */
    <T> Outcome<T> ask(K key, String what, Instant deadline, Supplier<Optional<Outcome<T>>> work) {
        Outcome<?> failed = failures.getIfPresent(key);
        if (failed != null) {
            return retyped(failed);
        }
        if (deadlines.isPast(deadline)) {
            return Outcome.unavailable(Outcome.Reason.TIMEOUT, what + " did not come in time", RETRY);
        }
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> theirs = running.putIfAbsent(key, mine);
        if (theirs != null) {
            return waiting(theirs, deadline);
        }
        try {
            workers.execute(() -> run(key, mine, work));
        } catch (RejectedExecutionException e) {
            running.remove(key, mine);
            mine.complete(null);
            return Outcome.unavailable(Outcome.Reason.LOCAL, "all fetching workers are busy", RETRY);
        }
        return waiting(mine, deadline);
    }

    private <T> void run(K key, CompletableFuture<Void> done, Supplier<Optional<Outcome<T>>> work) {
        try {
            work.get().ifPresent(failure -> failures.put(key, failure));
        } catch (RuntimeException e) {
            failures.put(key, Outcome.unavailable(Outcome.Reason.LOCAL, "local fault: " + e.getMessage(), RETRY));
            throw e;
        } finally {
            running.remove(key, done);
            done.complete(null);
        }
    }

    private <T> Outcome<T> waiting(CompletableFuture<Void> done, Instant deadline) {
        return new Outcome.Waiting<>(wake -> {
            var unused = done.whenComplete((nothing, error) -> wake.run());
            deadlines.at(deadline, wake);
        });
    }

    @SuppressWarnings("unchecked") // a failure holds no T
    private static <T> Outcome<T> retyped(Outcome<?> failure) {
        return (Outcome<T>) failure;
    }
}
