package dev.assay.upstream;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * An answer with its headers, for a caller that keeps what it was told and asks later whether it changed (RFC 9110, 13).
 *
 * @param uri where it came from, redirects followed: what relative links are resolved against
 * @param body decoded; empty when what the caller has is still current (304)
 * @param headers names in lower case; of several values of one name the last. Upstream's claims
 */
public record Representation(URI uri, Optional<byte[]> body, Map<String, String> headers) {
    public Representation {
        headers = Map.copyOf(headers);
    }

    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }
}
