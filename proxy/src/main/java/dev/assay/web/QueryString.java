package dev.assay.web;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The one question that is asked of a query: the value of a parameter. */
final class QueryString {
    private QueryString() {}

    /** The first value of the parameter, decoded, with {@code +} as itself (PEP 691 writes it so); empty when it is not there or not decodable. */
    static Optional<String> parameter(String query, String name) {
        if (query.isEmpty()) {
            return Optional.empty();
        }
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                String value = pair.substring(name.length() + 1).replace("+", "%2B");
                try {
                    return Optional.of(URLDecoder.decode(value, StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
