package dev.assay.upstream;

import dev.assay.trust.MetadataSource;
import dev.assay.upstream.UpstreamClient.Fetched;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signed metadata files below one base URL, gzipped on the way where the server can. Repositories on object stores answer 403 for a
 * file that they do not have. Thread-safe.
 *
 * <p>A name without a version is asked for conditionally once a file of it is held here: 304 stands for the bytes that are held,
 * which the caller verifies like any others. Bytes that were damaged on their way are not held for ever: {@link #forget}.
 */
public final class HttpMetadataSource implements MetadataSource {
    private static final String ACCEPT = "application/json, */*;q=0.1";

    private static final Pattern VERSIONED = Pattern.compile("[0-9]+\\.");
    private static final int MAX_KEPT = 16;
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private final UpstreamClient client;
    private final URI base;
    private final Map<URI, Fetched> kept = Collections.synchronizedMap(new LastUsed());

    /** The files that were used last, by name; at most 16 MiB of them. */
    private static final class LastUsed extends LinkedHashMap<URI, Fetched> {
        private static final long serialVersionUID = 1L;

        LastUsed() {
            super(MAX_KEPT, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<URI, Fetched> eldest) {
            return size() > MAX_KEPT;
        }
    }

    /**
     * Reads through the client, whose hosts or folders must include the base.
     *
     * @param base ends with a slash
     */
    public HttpMetadataSource(UpstreamClient client, URI base) {
        if (!base.toString().endsWith("/")) {
            throw new IllegalArgumentException(
                    "base: " + Printable.of(base.toString()) + " (expected: a URL that ends with a slash)");
        }
        this.client = client;
        this.base = base;
    }

    @Override
    public Optional<byte[]> fetch(String fileName, long maxBytes) throws IOException {
        if (fileName.contains("/") || fileName.contains("?") || fileName.contains("#")) {
            throw new IllegalArgumentException(
                    "fileName: " + Printable.of(fileName) + " (expected: one percent-encoded path segment)");
        }
        URI uri = URI.create(base + fileName);
        try {
            return Optional.of(
                    VERSIONED.matcher(fileName).lookingAt()
                            ? client.fetch(uri, maxBytes, ACCEPT)
                            : unversioned(uri, maxBytes));
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND || e.status().orElse(0) == 403) {
                return Optional.empty();
            }
            if (e.kind() == UpstreamException.Kind.TOO_LARGE) {
                throw new TooLongException(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private byte[] unversioned(URI uri, long maxBytes) throws UpstreamException {
        @Nullable Fetched last = kept.get(uri);
        Validator known = last == null || last.body().length > maxBytes ? Validator.NONE : last.validator();
        Optional<Fetched> next = client.fetchIfChanged(uri, maxBytes, ACCEPT, known);
        if (next.isEmpty() && last != null) {
            return last.body();
        }
        Fetched fetched = next.orElseThrow();
        if (fetched.validator().isPresent() && fetched.body().length <= MAX_KEPT_BYTES) {
            kept.put(uri, fetched);
        } else {
            kept.remove(uri);
        }
        return fetched.body();
    }

    @Override
    public void forget() {
        kept.clear();
    }
}
