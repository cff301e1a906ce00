package dev.assay.web;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A name and a secret, out of an Authorization field: basic (RFC 7617), as installers send what stands in a URL or in netrc, or a
 * bearer token (RFC 6750), which is the same two with a dot between them: what is before its last dot is the name.
 */
record Credentials(String name, String secret) {
    /** Empty for every other scheme, and for what is malformed. */
    static Optional<Credentials> of(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = authorization.substring(0, Math.max(space, 0)).toLowerCase(Locale.ROOT);
        String value = authorization.substring(space + 1).strip();
        return switch (scheme) {
            case "basic" -> basic(value);
            case "bearer" -> split(value, value.lastIndexOf('.'));
            default -> Optional.empty();
        };
    }

    private static Optional<Credentials> basic(String value) {
        try {
            String decoded = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
            return split(decoded, decoded.indexOf(':'));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<Credentials> split(String text, int at) {
        return at <= 0 ? Optional.empty() : Optional.of(new Credentials(text.substring(0, at), text.substring(at + 1)));
    }
}
