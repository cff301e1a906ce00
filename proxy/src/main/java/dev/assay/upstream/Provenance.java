package dev.assay.upstream;

import java.util.List;

/**
 * Where bytes came from, for evidence: claims of the upstream, made printable and bounded.
 *
 * @param url that answered, redirects followed, without its query
 * @param headers of the response, {@code Name: value}
 * @param certificates of the server, the server's own first: DER in base64
 */
public record Provenance(String url, List<String> headers, List<String> certificates) {
    public Provenance {
        headers = List.copyOf(headers);
        certificates = List.copyOf(certificates);
    }
}
