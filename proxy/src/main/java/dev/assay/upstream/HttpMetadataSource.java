package dev.assay.upstream;

import dev.assay.trust.MetadataSource;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** Signed metadata files below one base URL. Repositories on object stores answer 403 for a file that they do not have. */
public final class HttpMetadataSource implements MetadataSource {
    private static final String ACCEPT = "application/json, */*;q=0.1";

    private final UpstreamClient client;
    private final URI base;

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
        try {
            return Optional.of(client.fetch(URI.create(base + fileName), maxBytes, ACCEPT));
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND || e.status().orElse(0) == 403) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
