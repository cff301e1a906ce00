package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.ProjectPages;
import dev.assay.gate.VerifiedPage;
import dev.assay.server.BytesBody;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageRenderer;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Pages as they go out, rendered and compressed once for each signed page, representation and coding. Bounded by bytes. Thread-safe. */
final class RenderedPages {
    private static final long MAX_BYTES = 64L << 20;

    /**
     * One representation of one page.
     *
     * @param etag strong, with its quotes: the digest of exactly these bytes, and the media type, since both forms of HTML are the
     *     same bytes
     */
    record Rendered(BytesBody body, String etag, boolean gzipped) {}

    private record Key(String name, Digest page, PageFormat format, boolean gzip) {}

    private final Cache<Key, Rendered> cache = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Key key, Rendered page) -> 200 + (int) page.body().length())
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
        Rendered rendered = new Rendered(BytesBody.hot(bytes), etag, gzipped);
        cache.put(key, rendered);
        return rendered;
    }

    Optional<Rendered> inMemory(VerifiedPage page, PageFormat format, boolean gzip) {
        @Nullable Rendered known = cache.getIfPresent(key(page, format, gzip));
        return Optional.ofNullable(known);
    }
}
