package dev.assay.simple;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.net.URI;
import java.util.Optional;

/**
 * Parses project pages: PEP 691 JSON and PEP 503 HTML into one model.
 *
 * <p>A page is taken whole or refused whole. It is malformed when it is not UTF-8, when its API version is not 1.x, when it names
 * another project, when a known field has a wrong type or value, when two files have one name, when a URL is one that clients
 * read differently, and past the bounds: {@value #MAX_FILES} files, file names of 255 bytes, URLs of 4,096 characters. The caller
 * bounds the bytes.
 *
 * <p>What differs between the forms:
 *
 * <ul>
 *   <li>JSON: each entry must be a file. Its {@code filename} must be what its URL ends in, since uv goes by the one and pip by the other.
 *       Unknown keys are kept in {@code extra}.
 *   <li>HTML: a file's name is the decoded last segment of its URL, as pip and uv read it; neither looks at the text of the link, nor do we.
 *       Anchors that lead to no file on the web (no {@code href}, another scheme, a folder) are no files and are left out.
 *       {@code <base>} is ignored, so that no page can move all its links elsewhere.
 * </ul>
 */
public final class PageParser {
    static final int MAX_FILES = 200_000;
    private static final int MAX_VERSION_DIGITS = 9;

    private PageParser() {}

    /**
     * Parses PEP 691 JSON.
     *
     * @param project whose page it must be
     * @param base the URL that relative file URLs are resolved against
     */
    public static ProjectPage parseJson(byte[] bytes, ProjectName project, URI base) throws MalformedPageException {
        return new JsonPageParser(project, base).parse(bytes);
    }

    /**
     * Parses PEP 503 HTML.
     *
     * @param project whose page it is; HTML does not say
     * @param base the URL that relative file URLs are resolved against; {@code <base>} is ignored
     */
    public static ProjectPage parseHtml(byte[] bytes, ProjectName project, URI base) throws MalformedPageException {
        return new HtmlPageParser(project, base).parse(bytes);
    }

    /** JSON when the first byte that is no white space is a brace, HTML otherwise: for signed pages, whose type is not signed. */
    public static ProjectPage parse(byte[] bytes, ProjectName project, URI base) throws MalformedPageException {
        int first = 0;
        while (first < bytes.length && isWhiteSpace(bytes[first])) {
            first++;
        }
        boolean json = first < bytes.length && bytes[first] == '{';
        return json ? parseJson(bytes, project, base) : parseHtml(bytes, project, base);
    }

    /** Parses the list of projects in JSON (PEP 691). Names are normalized; malformed when one is none, or stands there twice. */
    public static RootPage parseRootJson(byte[] bytes) throws MalformedPageException {
        return JsonRootParser.parse(bytes);
    }

    /** PEP 629: {@code major.minor}; another major version than 1 may mean anything, a later minor one only adds. */
    static void checkApiVersion(String version) throws MalformedPageException {
        int dot = version.indexOf('.');
        boolean wellFormed = dot > 0 && isNumber(version.substring(0, dot)) && isNumber(version.substring(dot + 1));
        if (!wellFormed || Integer.parseInt(version.substring(0, dot)) != 1) {
            throw new MalformedPageException("API version: " + Excerpt.of(version) + " (expected: 1.x)");
        }
    }

    /** The digest when the algorithm is a supported one; a supported one with a wrong value is malformed. */
    static Optional<Digest> digest(String algorithm, String hex) throws MalformedPageException {
        Optional<HashAlgorithm> supported = HashAlgorithm.named(algorithm, hex.length() / 2);
        if (supported.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.ofHex(supported.get(), hex));
        } catch (IllegalArgumentException e) {
            throw new MalformedPageException(algorithm + " hash: " + Excerpt.of(hex) + " (expected: "
                    + 2 * supported.get().length() + " hexadecimal digits)");
        }
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_VERSION_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean isWhiteSpace(byte octet) {
        return octet == ' ' || octet == '\t' || octet == '\n' || octet == '\r';
    }
}
