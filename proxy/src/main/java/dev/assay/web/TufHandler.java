package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.Authority;
import dev.assay.gate.Outcome;
import dev.assay.gate.SignedPage;
import dev.assay.server.BytesBody;
import dev.assay.server.EntityTags;
import dev.assay.server.Headers;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import dev.assay.tuf.TargetPath;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code metadata/…} and {@code targets/…} below {@code /tuf/}: what one repository signed, as it published it, for those who verify it
 * themselves: a TUF client, or another instance behind this one.
 */
final class TufHandler {
    private static final String METADATA = "metadata/";
    private static final String TARGETS = "targets/";
    private static final String PACKAGES = "packages/";
    private static final Pattern VERSIONED = Pattern.compile("[0-9]+\\..*");
    private static final Pattern HASH_PREFIXED = Pattern.compile("(.*/)?([0-9a-f]{64,128})\\.([^/]+)");

    private final Authority repository;
    private final FileHandler files;
    private final Answers answers;
    /** Each array of verified bytes, made ready once: by identity, so that it goes when they go. */
    private final Cache<byte[], Coded> plain = cache();

    private final Cache<byte[], Coded> gzipped = cache();

    /** A body with its entity tag: the SHA-256 of exactly these bytes. */
    private record Coded(BytesBody body, String etag) {
        static Coded of(byte[] bytes) {
            return new Coded(
                    BytesBody.of(bytes),
                    '"' + Digest.of(HashAlgorithm.SHA256, bytes).hex() + '"');
        }
    }

    TufHandler(Authority repository, FileHandler files, Answers answers) {
        this.repository = repository;
        this.files = files;
        this.answers = answers;
    }

    private static Cache<byte[], Coded> cache() {
        return Caffeine.newBuilder()
                .weakKeys()
                .maximumWeight(BytesBody.mostKept())
                .weigher((byte[] verified, Coded coded) ->
                        300 + (int) coded.body().length())
                .build();
    }

    /**
     * Answers with the file, or with the reason why not.
     *
     * @param path what follows {@code /tuf/}, and the name where there are several repositories, decoded
     */
    Reply handle(Request request, String path) {
        Instant deadline = request.received().plus(Answers.MAX_WAIT);
        if (path.startsWith(METADATA)) {
            return metadata(request, path.substring(METADATA.length()), deadline);
        }
        if (path.startsWith(TARGETS) && path.length() > TARGETS.length()) {
            return target(request, path.substring(TARGETS.length()), deadline);
        }
        return Answers.problem(404, "Not found", "expected: /tuf/metadata/<file> or /tuf/targets/<path>");
    }

    private Reply metadata(Request request, String name, Instant deadline) {
        Outcome<byte[]> outcome = repository.metadata().open(name, deadline);
        return outcome instanceof Outcome.Found<byte[]> found
                ? bytes(
                        request,
                        found.value(),
                        "application/json",
                        VERSIONED.matcher(name).matches())
                : answers.without(outcome, Answers.Asked.FILE, request);
    }

    private Reply target(Request request, String path, Instant deadline) {
        Matcher prefixed = HASH_PREFIXED.matcher(path);
        boolean hashed = prefixed.matches();
        String folder = hashed && prefixed.group(1) != null ? prefixed.group(1) : "";
        String name = hashed ? folder + prefixed.group(3) : path;
        if (name.startsWith(PACKAGES)) {
            return files.answer(request, repository.file(name, deadline));
        }
        Outcome<SignedPage> outcome = repository.pages().original(new TargetPath(name), deadline);
        if (!(outcome instanceof Outcome.Found<SignedPage> found)) {
            return answers.without(outcome, Answers.Asked.FILE, request);
        }
        SignedPage page = found.value();
        if (hashed
                && page.target().digests().stream()
                        .noneMatch(digest -> digest.hex().equals(prefixed.group(2)))) {
            return Answers.problem(404, "Not found", name + " is not signed with the hash " + prefixed.group(2));
        }
        return answers.under(found.grace(), bytes(request, page.bytes(), "application/octet-stream", hashed));
    }

    private Response bytes(Request request, byte[] verified, String type, boolean immutable) {
        boolean gzip = verified.length >= Gzip.WORTHWHILE
                && Gzip.accepted(request.headers().all("Accept-Encoding"));
        Coded coded = gzip ? gzipped.get(verified, bytes -> Coded.of(Gzip.of(bytes))) : plain.get(verified, Coded::of);
        Headers headers = Headers.NONE
                .with("ETag", coded.etag())
                .with("Cache-Control", immutable ? Answers.IMMUTABLE : "no-cache")
                .with("Vary", "Accept-Encoding")
                .with("Access-Control-Allow-Origin", "*");
        if (EntityTags.ifNoneMatch(request.headers(), coded.etag())) {
            return new Response(304, null, headers, BytesBody.EMPTY);
        }
        headers = headers.with("Content-Type", type).with("X-Content-Type-Options", "nosniff");
        return new Response(200, null, gzip ? headers.with("Content-Encoding", "gzip") : headers, coded.body());
    }
}
