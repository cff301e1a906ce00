package dev.assay.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes a request path, once. */
final class RequestPath {
    private RequestPath() {}

    /**
     * The decoded path, with {@code +} as itself; empty where it can't name anything here: a bad or double encoding, an empty or
     * dot segment, a control character, a backslash.
     */
    static Optional<String> decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return Optional.of(raw).filter(RequestPath::isPrintable).filter(RequestPath::isPlain);
        }
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) * 16 + hex(raw.charAt(i + 2)) : -1;
                if (value < ' ' || value == '/' || value == '\\' || value == '%') {
                    return Optional.empty();
                }
                bytes[length++] = (byte) value;
                i += 2;
            } else if (c <= ' ' || c >= 0x7f || c == '\\') {
                return Optional.empty();
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return utf8(ByteBuffer.wrap(bytes, 0, length)).filter(RequestPath::isPlain);
    }

    private static int hex(char c) {
        int value = Character.digit(c, 16);
        return c < 0x7f && value >= 0 ? value : -1000;
    }

    private static Optional<String> utf8(ByteBuffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isPrintable(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (Character.isISOControl(path.charAt(i))) {
                return false;
            }
        }
        return path.startsWith("/")
                && !path.contains("//")
                && !path.contains("/../")
                && !path.contains("/./")
                && !path.endsWith("/..")
                && !path.endsWith("/.");
    }
}
