package dev.assay.upstream;

import dev.assay.trust.MetadataSource;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One mirror as it is asked: through a client of its own, so that nothing that is meant for it reaches another, and measured all
 * the while. Thread-safe.
 */
public final class MirrorClient implements AutoCloseable {
    private final Mirror mirror;
    private final UpstreamClient client;
    private final Duration totalTimeout;
    private final InstantSource clock;
    private final Health health = new Health();

    /** A client for this mirror alone; the options name the hosts that it may redirect to. */
    MirrorClient(Mirror mirror, UpstreamOptions options, InstantSource clock) {
        this.mirror = mirror;
        this.client = new UpstreamClient(options, mirror.access(), mirror.places());
        this.totalTimeout = options.totalTimeout();
        this.clock = clock;
    }

    /** For logs, metrics and messages. */
    public String name() {
        return mirror.name();
    }

    /** Where it keeps what. */
    public Mirror mirror() {
        return mirror;
    }

    /** Signed metadata, where it carries that. */
    public Optional<MetadataSource> metadata() {
        return mirror.signed().map(both -> new HttpMetadataSource(client, both.metadata()));
    }

    /** A page of it, whole, as {@link UpstreamClient#fetch}. */
    public byte[] fetch(URI uri, long maxBytes, String accept) throws UpstreamException {
        byte[] body = measured(() -> client.fetch(uri, maxBytes, accept));
        health.succeeded(clock.instant());
        return body;
    }

    /**
     * Starts the transfer of a file, as {@link UpstreamClient#open(URI, long, long)}.
     *
     * @param from bytes of it that are here already
     * @param maxBytes of the body
     */
    public Download open(String path, long from, long maxBytes) throws UpstreamException {
        return new Measured(measured(() -> client.open(mirror.file(path), from, maxBytes)));
    }

    /** How long one transfer from it may take in all. */
    public Duration totalTimeout() {
        return totalTimeout;
    }

    /** How long so many bytes from it will take. */
    public Duration expected(long bytes) {
        return Duration.ofMillis((long) (1e3 * health.expectedSeconds(bytes, clock.instant())));
    }

    public Health.Figures figures() {
        return health.figures(clock.instant());
    }

    /** Why it failed last; empty when it never did. */
    public String trouble() {
        return health.trouble();
    }

    boolean isReady() {
        return health.isReady(clock.instant());
    }

    boolean isLastResort() {
        return health.isLastResort(clock.instant());
    }

    private interface Question<T> {
        T ask() throws UpstreamException;
    }

    private <T> T measured(Question<T> question) throws UpstreamException {
        health.asked(clock.instant());
        long started = System.nanoTime();
        try {
            T answer = question.ask();
            health.answered(Duration.ofNanos(System.nanoTime() - started), clock.instant());
            return answer;
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                health.answered(Duration.ofNanos(System.nanoTime() - started), clock.instant());
                health.succeeded(clock.instant());
            }
            health.failed(e, clock.instant());
            throw e;
        }
    }

    @Override
    public void close() {
        client.close();
    }

    /** A transfer, read by one thread and perhaps closed by another, whose speed and end the mirror's health learns of. */
    private final class Measured implements Download {
        private final Download download;
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicLong waitedNanos = new AtomicLong();
        private volatile boolean closed;

        Measured(Download download) {
            this.download = download;
        }

        @Override
        public long offset() {
            return download.offset();
        }

        @Override
        public OptionalLong contentLength() {
            return download.contentLength();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws UpstreamException {
            long started = System.nanoTime();
            try {
                int count = download.read(into, offset, length);
                waitedNanos.addAndGet(System.nanoTime() - started);
                bytes.addAndGet(Math.max(0, count));
                if (count < 0) {
                    health.succeeded(clock.instant());
                }
                return count;
            } catch (UpstreamException e) {
                waitedNanos.addAndGet(System.nanoTime() - started);
                if (!closed) {
                    health.failed(e, clock.instant());
                }
                throw e;
            }
        }

        @Override
        public Provenance provenance() {
            return download.provenance();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                health.received(bytes.get(), Duration.ofNanos(waitedNanos.get()), clock.instant());
            }
            download.close();
        }
    }
}
