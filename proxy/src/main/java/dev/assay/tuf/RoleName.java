package dev.assay.tuf;

import java.nio.charset.StandardCharsets;

/** How the name of a role becomes the name of its file: one path segment, whatever the name is (TUF 5.4 to 5.6, 6.2). */
public final class RoleName {
    private static final String HEX = "0123456789ABCDEF";
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private RoleName() {}

    /** Percent-encodes everything but ASCII letters, digits and {@code -._~}: {@code a/b c} becomes {@code a%2Fb%20c}. */
    public static String encode(String role) {
        StringBuilder encoded = new StringBuilder(role.length());
        for (byte unit : role.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xff);
            if (UNRESERVED.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return encoded.toString();
    }

    /** {@code <role>.json}. */
    public static String file(String role) {
        return encode(role) + ".json";
    }

    /** {@code <version>.<role>.json}: roots always, other roles where snapshots are consistent. */
    public static String file(long version, String role) {
        return version + "." + file(role);
    }
}
