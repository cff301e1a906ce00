package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.ProjectPages;
import dev.assay.gate.VerifiedPage;
import dev.assay.server.BytesBody;
import dev.assay.server.Headers;
import dev.assay.server.Response;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageRenderer;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Pages as they go out, rendered and compressed once for each signed page, representation and coding. Bounded by bytes. Thread-safe. */
final class RenderedPages {
    /**
     * One representation of one page, as it is answered.
     *
     * @param etag strong, with its quotes: the digest of exactly these bytes, and the media type, since both forms of HTML are the
     *     same bytes
     * @param whole the page
     * @param unchanged what says that the client has it
     */
    record Rendered(String etag, Response whole, Response unchanged) {
        static Rendered of(byte[] bytes, String etag, PageFormat format, boolean gzipped) {
            Headers headers = Headers.NONE
                    .with("ETag", etag)
                    .with("Cache-Control", "no-cache")
                    .with("Vary", "Accept, Accept-Encoding")
                    .with("Access-Control-Allow-Origin", "*");
            Response unchanged = new Response(304, null, headers, BytesBody.EMPTY);
            headers = headers.with("Content-Type", contentType(format)).with("X-Content-Type-Options", "nosniff");
            headers = gzipped ? headers.with("Content-Encoding", "gzip") : headers;
            return new Rendered(etag, new Response(200, null, headers, BytesBody.hot(bytes)), unchanged);
        }

        private static String contentType(PageFormat format) {
            return format == PageFormat.LEGACY_HTML ? "text/html; charset=utf-8" : format.mediaType();
        }
    }

    private record Key(String name, Digest page, PageFormat format, boolean gzip) {}

    private final Cache<Key, Rendered> cache = Caffeine.newBuilder()
            .maximumWeight(BytesBody.mostKept())
            .executor(Runnable::run) // no other thread is woken for what takes less
            .weigher((Key key, Rendered page) -> 200 + (int) page.whole().body().length())
            .build();

    Rendered render(VerifiedPage page, PageFormat format, boolean gzip) {
        return render(key(page, format, gzip), () -> PageRenderer.render(page.page(), format));
    }

    Rendered render(ProjectPages.ProjectList list, PageFormat format, boolean gzip) {
        return render(new Key("", list.digest(), format, gzip), () -> PageRenderer.render(list.page(), format));
    }

    private static Key key(VerifiedPage page, PageFormat format, boolean gzip) {
        return new Key(page.page().name().value(), page.digest(), format, gzip);
    }

    private Rendered render(Key key, Supplier<byte[]> renderer) {
        Rendered known = cache.getIfPresent(key);
        if (known != null) {
            return known;
        }
        byte[] plain = renderer.get();
        boolean gzipped = key.gzip() && plain.length >= Gzip.WORTHWHILE;
        byte[] bytes = gzipped ? Gzip.of(plain) : plain;
        String etag = '"' + Digest.of(HashAlgorithm.SHA256, bytes).hex().substring(0, 32) + "-"
                + key.format().name().toLowerCase(Locale.ROOT).charAt(0) + '"';
        Rendered rendered = Rendered.of(bytes, etag, key.format(), gzipped);
        cache.put(key, rendered);
        return rendered;
    }

    Optional<Rendered> inMemory(VerifiedPage page, PageFormat format, boolean gzip) {
        @Nullable Rendered known = cache.getIfPresent(key(page, format, gzip));
        return Optional.ofNullable(known);
    }
}
