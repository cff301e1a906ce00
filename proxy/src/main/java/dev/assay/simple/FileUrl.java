package dev.assay.simple;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a file on a page, resolved (RFC 3986, 5.2) and in the one spelling on which every client agrees: no backslash, no
 * credentials, no dot segments, whether encoded or not.
 *
 * @param url absolute where the base is, without fragment; characters that no URL can hold are percent-encoded, the rest is kept
 *     byte for byte
 * @param filename the last path segment, decoded once; this is the name that pip and uv give a file of an HTML page, and pip that of a JSON page
 * @param fragment decoded no further; empty when there is none
 */
record FileUrl(String url, String filename, String fragment) {
    private static final int MAX_LENGTH = 4096;
    private static final String ALLOWED_PUNCTUATION = "-._~:/?#[]@!$&'()*+,;=%";

    /** The scheme of an absolute reference, in lower case. */
    static Optional<String> scheme(String reference) {
        int colon = reference.indexOf(':');
        if (colon < 1 || !isLetter(reference.charAt(0))) {
            return Optional.empty();
        }
        for (int i = 1; i < colon; i++) {
            char c = reference.charAt(i);
            if (!isLetter(c) && !isDigit(c) && "+-.".indexOf(c) < 0) {
                return Optional.empty();
            }
        }
        return Optional.of(reference.substring(0, colon).toLowerCase(Locale.ROOT));
    }

    /** Whether the reference is relative, or absolute on the web. */
    static boolean isWebOrRelative(String reference) {
        return scheme(reference).map(FileUrl::isWeb).orElse(true);
    }

    static FileUrl resolve(URI base, String reference) throws MalformedPageException {
        if (!isWebOrRelative(reference)) {
            throw malformed(reference, "an http or https URL, or a relative one");
        }
        URI resolved = resolveEncoded(base, reference);
        String authority = resolved.getRawAuthority();
        if (isWeb(resolved.getScheme()) && (authority == null || authority.isEmpty() || authority.indexOf('@') >= 0)) {
            throw malformed(reference, "a host, and no credentials");
        }
        String path = resolved.getRawPath();
        if (resolved.isOpaque() || path == null) {
            throw malformed(reference, "a path");
        }
        for (String segment : path.split("/", -1)) {
            String decoded = decode(segment, reference);
            if (decoded.equals(".") || decoded.equals("..")) {
                throw malformed(reference, "no encoded dot segments, and none that leave the root");
            }
        }
        String filename = decode(path.substring(path.lastIndexOf('/') + 1), reference);
        String fragment = resolved.getRawFragment();
        String url = resolved.toString();
        return new FileUrl(
                fragment == null ? url : url.substring(0, url.indexOf('#')),
                filename,
                fragment == null ? "" : fragment);
    }

    /** An absolute http or https URL as it stands, for links that are passed on and never followed. */
    static String absolute(String reference) throws MalformedPageException {
        if (!scheme(reference).map(FileUrl::isWeb).orElse(false)) {
            throw malformed(reference, "an absolute http or https URL");
        }
        URI parsed = parse(encode(reference), reference);
        if (parsed.getRawAuthority() == null) {
            throw malformed(reference, "a host");
        }
        return parsed.toString();
    }

    private static boolean isWeb(@Nullable String scheme) {
        return "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
    }

    private static URI resolveEncoded(URI base, String reference) throws MalformedPageException {
        URI resolved = base.resolve(parse(encode(reference), reference)).normalize();
        String path = resolved.getRawPath();
        if (path == null || !path.startsWith("/../")) {
            return resolved;
        }
        while (path.startsWith("/../")) { // RFC 3986 drops these, java.net.URI keeps them
            path = path.substring(3);
        }
        String url = resolved.toString();
        int at = url.indexOf(resolved.getRawPath());
        return parse(
                url.substring(0, at)
                        + path
                        + url.substring(at + resolved.getRawPath().length()),
                reference);
    }

    private static URI parse(String url, String reference) throws MalformedPageException {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw malformed(reference, "a URL");
        }
    }

    /** Percent-encodes what no URL can hold; refuses what clients read differently. */
    private static String encode(String reference) throws MalformedPageException {
        if (reference.length() > MAX_LENGTH) {
            throw new MalformedPageException(
                    "length of URL: " + reference.length() + " (expected: <= " + MAX_LENGTH + ")");
        }
        StringBuilder encoded = new StringBuilder(reference.length() + 16);
        for (byte octet : reference.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (c < ' ' || c == 0x7f || c == '\\') {
                throw malformed(reference, "no control characters and no backslash");
            }
            if (c < 0x80 && (isLetter(c) || isDigit(c) || ALLOWED_PUNCTUATION.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(hexDigit(c >> 4)).append(hexDigit(c & 15));
            }
        }
        return encoded.toString();
    }

    private static String decode(String segment, String reference) throws MalformedPageException {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') { // two hex digits follow: java.net.URI has checked that
                bytes.write(Integer.parseInt(segment, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed(reference, "percent-encoded UTF-8");
        }
    }

    private static char hexDigit(int value) {
        return "0123456789ABCDEF".charAt(value);
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static MalformedPageException malformed(String reference, String expected) {
        return new MalformedPageException("file URL: " + Excerpt.of(reference) + " (expected: " + expected + ")");
    }
}
