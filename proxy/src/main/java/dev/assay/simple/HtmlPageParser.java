package dev.assay.simple;

import dev.assay.crypto.Digest;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.parser.Parser;
import org.jspecify.annotations.Nullable;

/** One PEP 503 page. */
final class HtmlPageParser {
    private static final String VERSION = "pypi:repository-version";
    private static final String STATUS = "pypi:project-status";
    private static final String STATUS_REASON = "pypi:project-status-reason";
    private static final int MAX_DEPTH = 64;

    private final ProjectName project;
    private final URI base;

    HtmlPageParser(ProjectName project, URI base) {
        this.project = project;
        this.base = base;
    }

    ProjectPage parse(byte[] bytes) throws MalformedPageException {
        Parser parser = Parser.htmlParser().setMaxDepth(MAX_DEPTH);
        Document document = parser.parseInput(text(bytes), "");
        try {
            return page(document);
        } catch (IllegalArgumentException e) {
            throw new MalformedPageException("page of " + project + ": " + e.getMessage());
        }
    }

    /** UTF-8, whatever the page says of itself: a page that switches its encoding can mean two things. */
    private String text(byte[] bytes) throws MalformedPageException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedPageException("page of " + project + " is not UTF-8");
        }
    }

    private ProjectPage page(Document document) throws MalformedPageException {
        String status = null;
        String reason = null;
        for (Element meta : document.getElementsByTag("meta")) {
            String content = meta.attr("content");
            switch (meta.attr("name")) {
                case VERSION -> PageParser.checkApiVersion(content);
                case STATUS -> status = once(status, content, STATUS);
                case STATUS_REASON -> reason = once(reason, content, STATUS_REASON);
                default -> {} // other metadata is not ours
            }
        }
        if (status == null && reason != null) {
            throw new MalformedPageException("page of " + project + " has a " + STATUS_REASON + " without " + STATUS);
        }
        return new ProjectPage(project, files(document), null, status, reason, Map.of());
    }

    private String once(@Nullable String earlier, String content, String name) throws MalformedPageException {
        if (earlier != null) {
            throw new MalformedPageException("page of " + project + " says " + name + " twice");
        }
        return content;
    }

    private List<ProjectFile> files(Document document) throws MalformedPageException {
        List<ProjectFile> files = new ArrayList<>();
        for (Element anchor : document.getElementsByTag("a")) {
            ProjectFile file = file(anchor);
            if (file == null) {
                continue;
            }
            if (files.size() == PageParser.MAX_FILES) {
                throw new MalformedPageException(
                        "page of " + project + " has more than " + PageParser.MAX_FILES + " files");
            }
            files.add(file);
        }
        return files;
    }

    /** Null when the anchor leads to no file. */
    private @Nullable ProjectFile file(Element anchor) throws MalformedPageException {
        String href = anchor.attr("href").strip();
        if (href.isEmpty() || href.startsWith("#") || !FileUrl.isWebOrRelative(href)) {
            return null;
        }
        FileUrl url = FileUrl.resolve(base, href);
        if (url.filename().isEmpty()) {
            return null;
        }
        try {
            return file(anchor, url);
        } catch (MalformedPageException e) {
            throw new MalformedPageException("file " + Excerpt.of(url.filename()) + ": " + e.getMessage());
        }
    }

    private static ProjectFile file(Element anchor, FileUrl url) throws MalformedPageException {
        String requiresPython = value(anchor, "data-requires-python");
        String size = value(anchor, "data-size");
        String uploadTime = value(anchor, "data-upload-time");
        String provenance = value(anchor, "data-provenance");
        return new ProjectFile(
                url.filename(),
                url.url(),
                fragmentDigests(url.fragment()),
                requiresPython == null ? null : FileFields.requiresPython(requiresPython),
                size == null ? null : size(size),
                uploadTime == null ? null : FileFields.uploadTime(uploadTime),
                anchor.hasAttr("data-yanked") ? new Yanked(anchor.attr("data-yanked")) : null,
                coreMetadata(anchor),
                provenance == null ? null : FileUrl.absolute(provenance),
                Map.of());
    }

    /** The fragment is {@code <algorithm>=<hex>}, and may hold further pairs such as {@code egg=}. */
    private static List<Digest> fragmentDigests(String fragment) throws MalformedPageException {
        List<Digest> digests = new ArrayList<>();
        for (String pair : fragment.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                PageParser.digest(pair.substring(0, equals), pair.substring(equals + 1))
                        .ifPresent(digests::add);
            }
        }
        return digests;
    }

    /** PEP 714: {@code data-core-metadata} decides where it is given; the older name stands in where it is not. */
    private static @Nullable List<Digest> coreMetadata(Element anchor) throws MalformedPageException {
        String key = anchor.hasAttr("data-core-metadata") ? "data-core-metadata" : "data-dist-info-metadata";
        if (!anchor.hasAttr(key) || anchor.attr(key).equals("false")) {
            return null;
        }
        String value = anchor.attr(key);
        if (value.equals("true")) {
            return List.of();
        }
        int equals = value.indexOf('=');
        if (equals < 1) {
            throw new MalformedPageException(
                    key + ": " + Excerpt.of(value) + " (expected: true, false or <algorithm>=<hex>)");
        }
        return PageParser.digest(value.substring(0, equals), value.substring(equals + 1))
                .map(List::of)
                .orElse(List.of());
    }

    private static long size(String text) throws MalformedPageException {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || text.length() > 19 || new BigInteger(text).bitLength() > 63) {
            throw new MalformedPageException("data-size: " + Excerpt.of(text) + " (expected: a whole number of bytes)");
        }
        return Long.parseLong(text);
    }

    /** An attribute without a value says no more than an absent one. */
    private static @Nullable String value(Element anchor, String key) {
        String value = anchor.attr(key);
        return value.isEmpty() ? null : value;
    }
}
