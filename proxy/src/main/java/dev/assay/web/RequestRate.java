package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.server.Handler;
import dev.assay.server.Network;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Stands before the other handlers where the requests of one address are limited: to so many a second, and, as installers ask for much at
 * once and then for nothing, to ten seconds' worth at any moment. Whoever asks for more is told when to come again. Thread-safe.
 */
public final class RequestRate implements Handler {
    static final Duration BURST = Duration.ofSeconds(10);

    private static final int MAX_ADDRESSES = 100_000;

    private final Handler handler;
    private final long nanosEach;
    private final LongSupplier nanos;

    /** Until when an address has used up its requests, had it asked at the rate all the time; by the clock {@code nanos}. */
    private final Cache<ByteBuffer, AtomicLong> usedUntil;

    /**
     * A limit before a handler.
     *
     * @param perSecond more than zero
     * @param nanos as {@link System#nanoTime}
     */
    public RequestRate(Handler handler, int perSecond, LongSupplier nanos) {
        this.handler = handler;
        this.nanosEach = Duration.ofSeconds(1).toNanos() / perSecond;
        this.nanos = nanos;
        this.usedUntil = Caffeine.newBuilder()
                .maximumSize(MAX_ADDRESSES)
                .expireAfterAccess(BURST)
                .ticker(nanos::getAsLong)
                .build();
    }

    @Override
    public Reply handle(Request request) {
        return handler.handle(request);
    }

    /** Counts here, since every request is asked about here once, before anything else. */
    @Override
    public Optional<Response> answerInMemory(Request request) {
        long wait = take(Network.ofOneClient(request.remote().getAddress()));
        return wait == 0
                ? handler.answerInMemory(request)
                : Optional.of(Answers.later(
                        429, "Too many requests", "this address asks too fast", Duration.ofSeconds(wait)));
    }

    /** Seconds until this request could have been taken; 0 when it was. */
    private long take(ByteBuffer client) {
        long now = nanos.getAsLong();
        AtomicLong until = usedUntil.get(client, first -> new AtomicLong(now));
        while (true) {
            long before = until.get();
            long after = (before - now > 0 ? before : now) + nanosEach;
            long beyond = after - now - BURST.toNanos();
            if (beyond > 0) {
                return 1 + beyond / Duration.ofSeconds(1).toNanos();
            }
            if (until.compareAndSet(before, after)) {
                return 0;
            }
        }
    }
}
