package dev.assay.web;

import dev.assay.crypto.Digest;
import dev.assay.gate.Distributions;
import dev.assay.gate.FileAnswer;
import dev.assay.gate.Index;
import dev.assay.gate.Outcome;
import dev.assay.gate.SignedFile;
import dev.assay.gate.Wanted;
import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.EntityTags;
import dev.assay.server.Headers;
import dev.assay.server.RangeHeader;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import dev.assay.store.Blob;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * {@code /packages/…}: a verified file, whole or in part.
 *
 * <p>A file's entity tag is its signed digest, so it is known before its bytes are. A response that begins before verification
 * carries a one-time tag and {@code no-store}, and an open-ended range ({@code bytes=N-}, N &gt; 0) without a matching
 * {@code If-Range} is answered whole, so that nothing can be resumed onto bytes that did not verify.
 */
final class FileHandler {
    private final Index index;
    private final Distributions distributions;
    private final Answers answers;
    private final Metrics metrics;
    private final HotFiles hot = new HotFiles();
    private final SecureRandom random = new SecureRandom();

    FileHandler(Index index, Distributions distributions, Answers answers, Metrics metrics) {
        this.index = index;
        this.distributions = distributions;
        this.answers = answers;
        this.metrics = metrics;
    }

    /**
     * Answers with the file or with the reason why not.
     *
     * @param path {@code packages/…}, decoded
     */
    Reply handle(Request request, String path) {
        return answer(request, index.file(path, request.received().plus(Answers.MAX_WAIT)));
    }

    /**
     * The whole of a file that is asked for again and again, when all that it takes is in memory: trust, its project's page, its bytes.
     *
     * @param path as it is handled
     */
    Optional<Response> inMemory(Request request, String path) {
        return request.headers().first("Range").isPresent()
                ? Optional.empty()
                : index.fileInMemory(path).flatMap(hot::inMemory).map(whole -> unlessKnown(request, whole));
    }

    private static Response unlessKnown(Request request, Response whole) {
        String etag = whole.headers().first("ETag").orElseThrow();
        return EntityTags.ifNoneMatch(request.headers(), etag)
                ? new Response(304, null, validators(etag), BytesBody.EMPTY)
                : whole;
    }

    /** The same for a file that was looked up already. */
    Reply answer(Request request, Outcome<SignedFile> signed) {
        if (!(signed instanceof Outcome.Found<SignedFile> found)) {
            return answers.without(signed, Answers.Asked.FILE, request);
        }
        SignedFile file = found.value();
        String etag = etag(file.digests().get(0));
        if (found.grace().isEmpty() && EntityTags.ifNoneMatch(request.headers(), etag)) {
            return new Response(304, null, validators(etag), BytesBody.EMPTY);
        }
        Optional<RangeHeader> range = range(request, etag);
        Outcome<FileAnswer> answer = distributions.open(found, wanted(request, range), request.received());
        if (!(answer instanceof Outcome.Found<FileAnswer> handed)) {
            return answers.without(answer, Answers.Asked.FILE, request);
        }
        if (handed.value() instanceof FileAnswer.Stored stored) {
            Response response = range.isEmpty()
                    ? whole(
                            stored.blob(),
                            file.digests().get(0),
                            request.method().equals("GET"))
                    : part(stored.blob(), etag, range.get());
            return answers.under(handed.grace(), response);
        }
        return handed.value() instanceof FileAnswer.Early early
                ? early(early)
                : announced(((FileAnswer.Announced) handed.value()).length());
    }

    /** The range that may be answered in part; empty where the whole is the right answer. */
    private static Optional<RangeHeader> range(Request request, String etag) {
        if (!request.method().equals("GET")) {
            return Optional.empty();
        }
        Optional<RangeHeader> range = RangeHeader.of(request.headers());
        if (request.headers().first("If-Range").isPresent()) {
            return EntityTags.matchesIfRange(request.headers(), etag) ? range : Optional.empty();
        }
        return range.filter(asked -> !asked.isOpenEnded() || asked.first() == 0);
    }

    private static Wanted wanted(Request request, Optional<RangeHeader> range) {
        if (request.method().equals("HEAD")) {
            return Wanted.HEAD;
        }
        boolean whole =
                range.isEmpty() || (range.get().isOpenEnded() && range.get().first() == 0);
        return whole ? Wanted.WHOLE : Wanted.RANGE;
    }

    private Response whole(Blob blob, Digest signed, boolean sent) {
        if (!sent) {
            return new Response(200, null, ofStored(etag(signed)), new BlobBody(blob, 0, blob.length()));
        }
        Optional<Response> inMemory;
        try {
            inMemory = hot.of(signed, blob);
        } catch (RuntimeException | Error e) {
            blob.close();
            throw e;
        }
        if (inMemory.isEmpty()) {
            return new Response(200, null, ofStored(etag(signed)), new BlobBody(blob, 0, blob.length()));
        }
        blob.close();
        return inMemory.get();
    }

    private static Response part(Blob blob, String etag, RangeHeader range) {
        long length = blob.length();
        RangeHeader.Resolved resolved = range.resolve(length);
        if (resolved instanceof RangeHeader.Satisfiable part) {
            return new Response(
                    206,
                    null,
                    ofStored(etag).with("Content-Range", part.contentRange(length)),
                    new BlobBody(blob, part.first(), part.length()));
        }
        blob.close();
        Headers none = Headers.NONE.with("Content-Range", "bytes */" + length).with("Access-Control-Allow-Origin", "*");
        return new Response(416, null, none, BytesBody.EMPTY);
    }

    private Response early(FileAnswer.Early early) {
        byte[] once = new byte[16];
        random.nextBytes(once);
        return new Response(
                200,
                null,
                unstored().with("ETag", "\"unverified-" + HexFormat.of().formatHex(once) + "\""),
                new EarlyBody(early.file(), metrics));
    }

    private static Response announced(long length) {
        return new Response(200, null, unstored(), new AnnouncedBody(length));
    }

    private static Headers unstored() {
        return Headers.NONE
                .with("Content-Type", "application/octet-stream")
                .with("X-Content-Type-Options", "nosniff")
                .with("Cache-Control", "no-store")
                .with("Access-Control-Allow-Origin", "*")
                .with("Accept-Ranges", "none");
    }

    static String etag(Digest signed) {
        return '"' + signed.hex() + '"';
    }

    /** The header fields of a verified file. */
    static Headers ofStored(String etag) {
        return validators(etag)
                .with("Content-Type", "application/octet-stream")
                .with("X-Content-Type-Options", "nosniff")
                .with("Accept-Ranges", "bytes");
    }

    private static Headers validators(String etag) {
        return Headers.NONE
                .with("ETag", etag)
                .with("Cache-Control", Answers.IMMUTABLE)
                .with("Access-Control-Allow-Origin", "*");
    }
}
