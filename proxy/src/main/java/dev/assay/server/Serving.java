package dev.assay.server;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What all connections of one server share. */
record Serving(
        ServerOptions options,
        @Nullable Tls tls,
        Handler handler,
        ExchangeListener listener,
        InstantSource clock,
        Workers workers,
        Connections connections,
        Shares requests,
        PumpMemory memory,
        HttpDate date,
        RequestIds ids) {

    static Serving of(
            ServerOptions options, @Nullable Tls tls, Handler handler, ExchangeListener listener, InstantSource clock) {
        return new Serving(
                options,
                tls,
                handler,
                listener,
                clock,
                new Workers(options.threads()),
                new Connections(options.limits()),
                new Shares(options.limits().requestsPerAddress()),
                new PumpMemory(),
                new HttpDate(),
                new RequestIds(Long.toString(clock.millis(), Character.MAX_RADIX), new AtomicLong()));
    }

    /** Ids that are unique in this process, and, by the time of its start, among those before it. */
    record RequestIds(String prefix, AtomicLong count) {
        String next() {
            return prefix + "-" + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
        }
    }
}
