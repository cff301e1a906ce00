package dev.assay.upstream;

import dev.assay.simple.ProjectName;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * A place that may have what is signed, and is not believed.
 *
 * @param name for logs and metrics: letters, digits, {@code .}, {@code _} and {@code -}
 * @param simple base of its simple index, ends with a slash ({@code http://host/simple/})
 * @param files base below which {@code packages/…} paths are, ends with a slash
 * @param signed where it carries what is signed, as the repository does; empty when it does not
 * @param access how it is spoken to
 */
public record Mirror(String name, URI simple, URI files, Optional<Signed> signed, Access access) {
    /**
     * Metadata and signed pages, as a repository publishes them.
     *
     * @param metadata base URL of the metadata files, ends with a slash
     * @param targets base URL of signed pages, ends with a slash
     */
    public record Signed(URI metadata, URI targets) {
        public Signed {
            requireBase("metadata", metadata);
            requireBase("targets", targets);
        }
    }

    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    public Mirror {
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "name: " + Printable.of(name) + " (expected: 1 to 64 letters, digits, '.', '_' or '-')");
        }
        requireBase("simple", simple);
        requireBase("files", files);
    }

    /** A mirror that wants nothing special. */
    public Mirror(String name, URI simple, URI files) {
        this(name, simple, files, Optional.empty(), Access.PLAIN);
    }

    /** A mirror that keeps {@code packages/} beside its index, as the usual mirror tools lay it out. */
    public static Mirror of(String name, URI simple) {
        requireBase("simple", simple);
        return new Mirror(name, simple, above(simple));
    }

    /** The folder that contains this one, byte for byte; the topmost contains itself. Both end with a slash. */
    public static URI above(URI folder) {
        String path = folder.getRawPath();
        String text = folder.toString();
        int dropped = path.length() - (path.lastIndexOf('/', path.length() - 2) + 1);
        return path.equals("/") ? folder : URI.create(text.substring(0, text.length() - dropped));
    }

    /** Everything below which it is asked for something. */
    public List<URI> places() {
        List<URI> places = new ArrayList<>(List.of(simple, files));
        signed.ifPresent(both -> places.addAll(List.of(both.metadata(), both.targets())));
        return places;
    }

    /** The mirror's own page of the project. */
    public URI page(ProjectName project) {
        return URI.create(simple + encode(project.value()) + "/");
    }

    /**
     * Where the mirror has a file.
     *
     * @param path begins with {@code packages/}, decoded; encoded here
     */
    public URI file(String path) {
        if (!path.startsWith("packages/")) {
            throw new IllegalArgumentException("path: " + Printable.of(path) + " (expected: packages/...)");
        }
        return URI.create(files + encoded(path));
    }

    /**
     * A decoded relative path as it goes into a URL: each segment percent-encoded, slashes kept. Throws
     * {@link IllegalArgumentException} for an empty or dot segment, which could lead elsewhere.
     */
    public static String encoded(String path) {
        StringJoiner encoded = new StringJoiner("/");
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                        "path: " + Printable.of(path) + " (expected: no empty or dot segment)");
            }
            encoded.add(encode(segment));
        }
        return encoded.toString();
    }

    /**
     * Everything but the unreserved characters (RFC 3986, 2.3), as installers do: {@code +} as {@code %2B} is read alike by
     * every server, while object stores read a bare {@code +} as a space.
     */
    private static String encode(String segment) {
        StringBuilder out = new StringBuilder();
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean unreserved = UNRESERVED.indexOf(c) >= 0;
            out.append(unreserved ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", b & 0xff));
        }
        return out.toString();
    }

    private static void requireBase(String what, URI base) {
        String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("file")
                || ((scheme.equals("http") || scheme.equals("https")) && base.getRawAuthority() != null);
        if (!known
                || base.getRawPath() == null
                || !base.getRawPath().endsWith("/")
                || base.getRawUserInfo() != null
                || base.getRawQuery() != null
                || base.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    what + ": " + Printable.of(base.toString())
                            + " (expected: an http, https or file URL that ends with a slash, without credentials, query or fragment)");
        }
    }
}
