package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.gate.SignedFile;
import dev.assay.server.BytesBody;
import dev.assay.server.Response;
import dev.assay.store.Blob;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Small files that are asked for again and again, whole and outside the heap: sent from there they cost neither a read, a checksum and
 * two copies for each request, nor a worker to pump them. Keyed by a verified digest, so what is here can't be out of date; whether
 * a file may be handed over is asked anew each time, before this. Bounded by bytes. Thread-safe.
 *
 * <p>Now and then a hot file is not answered from here: so the store hears that it is asked for, and keeps it.
 *
 * <p>A file is taken up when it is asked for the third time within a minute: one that is read once, as by a job that mirrors
 * everything, would only push out others, and memory outside the heap comes back no sooner than the next garbage collection.
 */
final class HotFiles {
    static final long MAX_FILE_BYTES = 2L << 20;
    static final int ASKED = 3;

    /** Of so many requests for a hot file, the store hears of one. */
    static final int TELLS_STORE = 64;

    private static final int MAX_COUNTED = 10_000;
    private static final Duration COUNTED_FOR = Duration.ofMinutes(1);

    /**
     * A file as it is answered.
     *
     * @param verified every digest that its bytes were found to have
     */
    private record Hot(Response response, List<Digest> verified, AtomicInteger answered) {
        boolean is(SignedFile file) {
            return verified.containsAll(file.digests())
                    && (file.length().isEmpty()
                            || file.length().getAsLong() == response.body().length());
        }
    }

    private final Cache<Digest, Hot> files = Caffeine.newBuilder()
            .maximumWeight(BytesBody.mostKept())
            .executor(Runnable::run) // no other thread is woken for what takes less
            .weigher((Digest digest, Hot file) ->
                    200 + (int) file.response().body().length())
            .build();
    private final Cache<Digest, AtomicInteger> counts = Caffeine.newBuilder()
            .maximumSize(MAX_COUNTED)
            .expireAfterWrite(COUNTED_FOR)
            .build();

    /** The whole file, if it is hot; for the event loop. */
    Optional<Response> inMemory(SignedFile file) {
        Hot known = files.getIfPresent(file.digests().get(0));
        return known != null && known.is(file) && known.answered().incrementAndGet() % TELLS_STORE != 0
                ? Optional.of(known.response())
                : Optional.empty();
    }

    /**
     * The whole file, if it is hot; reads it from the disk when it has just become so. The blob stays open.
     *
     * @param signed what the blob was asked for by: its entity tag
     */
    Optional<Response> of(Digest signed, Blob blob) {
        if (blob.length() > MAX_FILE_BYTES) {
            return Optional.empty();
        }
        Hot known = files.getIfPresent(signed);
        if (known != null) {
            return Optional.of(known.response());
        }
        return counts.get(signed, first -> new AtomicInteger()).incrementAndGet() < ASKED
                ? Optional.empty()
                : Optional.of(files.get(signed, hot -> hot(hot, blob)).response());
    }

    private static Hot hot(Digest signed, Blob blob) {
        Response response = new Response(200, null, FileHandler.ofStored(FileHandler.etag(signed)), read(blob));
        return new Hot(response, blob.digests(), new AtomicInteger());
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
