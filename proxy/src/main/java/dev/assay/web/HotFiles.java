package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.server.BytesBody;
import dev.assay.store.Blob;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Small files that are asked for again and again, whole and outside the heap: sent from there they cost neither a read, a checksum and
 * two copies for each request, nor a worker to pump them. Keyed by a verified digest, so what is here can't be out of date; whether
 * a file may be handed over is asked anew each time, before this. Bounded by bytes. Thread-safe.
 *
 * <p>A file is taken up when it is asked for the third time within a minute: one that is read once, as by a job that mirrors
 * everything, would only push out others, and memory outside the heap comes back no sooner than the next garbage collection.
 */
final class HotFiles {
    static final long MAX_FILE_BYTES = 2L << 20;
    static final int ASKED = 3;

    private static final long MAX_BYTES = 64L << 20;
    private static final int MAX_COUNTED = 10_000;
    private static final Duration COUNTED_FOR = Duration.ofMinutes(1);

    private final Cache<Digest, BytesBody> files = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Digest digest, BytesBody file) -> 200 + (int) file.length())
            .build();
    private final Cache<Digest, AtomicInteger> counts = Caffeine.newBuilder()
            .maximumSize(MAX_COUNTED)
            .expireAfterWrite(COUNTED_FOR)
            .build();

    /** The whole file, if it is hot; reads it from the disk when it has just become so. The blob stays open. */
    Optional<BytesBody> of(Blob blob) {
        if (blob.length() > MAX_FILE_BYTES) {
            return Optional.empty();
        }
        Digest digest = blob.digests().get(0);
        BytesBody known = files.getIfPresent(digest);
        if (known != null) {
            return Optional.of(known);
        }
        return counts.get(digest, first -> new AtomicInteger()).incrementAndGet() < ASKED
                ? Optional.empty()
                : Optional.of(files.get(digest, hot -> read(blob)));
    }

    private static BytesBody read(Blob blob) {
        ByteBuffer bytes = ByteBuffer.allocate((int) blob.length());
        while (bytes.hasRemaining()) {
            if (blob.read(bytes.position(), bytes) == 0) {
                throw new IllegalStateException(
                        "the blob ended at " + bytes.position() + " (expected: " + blob.length() + " bytes)");
            }
        }
        return BytesBody.hot(bytes.array());
    }
}
