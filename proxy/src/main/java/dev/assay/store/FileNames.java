package dev.assay.store;

import static java.nio.charset.StandardCharsets.UTF_8;

/** File names for names from outside, such as those of roles: percent-encoded as in a URL's path segment. */
final class FileNames {
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~";

    private FileNames() {}

    /** The name with every byte outside RFC 3986's unreserved characters as {@code %XX}; the caller adds a suffix, so dots are safe. */
    static String encode(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(UTF_8)) {
            if (PLAIN.indexOf(b) >= 0) {
                out.append((char) b);
            } else {
                out.append(String.format("%%%02X", b & 0xFF));
            }
        }
        return out.toString();
    }
}
