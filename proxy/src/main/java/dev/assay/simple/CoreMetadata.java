package dev.assay.simple;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code METADATA} or {@code PKG-INFO} file says of its distribution (core metadata specification, 1.0 to 2.x).
 *
 * @param name as written; {@link #project()} is its normalized form
 * @param version as written, a version by PEP 440
 * @param requiresPython null when the file does not say
 * @param requiresDist as written, in their order
 */
public record CoreMetadata(
        String metadataVersion,
        String name,
        String version,
        @Nullable String requiresPython,
        List<String> requiresDist) {
    public CoreMetadata {
        requiresDist = List.copyOf(requiresDist);
    }

    /** The project that the metadata names. */
    public ProjectName project() {
        return ProjectName.normalize(name);
    }

    /**
     * Reads the headers; the body, which is the description, is not looked at.
     *
     * <p>Stricter than the e-mail parser that installers use, where that one guesses: the headers must be UTF-8, each line a header
     * or a continuation, lines end in LF or CRLF, and a field that can be given once is given once. So no other reader can
     * see another name or version.
     */
    public static CoreMetadata parse(byte[] bytes) throws MalformedCoreMetadataException {
        Headers headers = new Headers();
        for (String line : headerLines(bytes)) {
            headers.add(line);
        }
        String metadataVersion = headers.required("Metadata-Version");
        if (!metadataVersion.startsWith("1.") && !metadataVersion.startsWith("2.")) {
            throw new MalformedCoreMetadataException(
                    "Metadata-Version: " + Excerpt.of(metadataVersion) + " (expected: 1.x or 2.x)");
        }
        CoreMetadata metadata = new CoreMetadata(
                metadataVersion,
                headers.required("Name"),
                headers.required("Version"),
                headers.optional("Requires-Python"),
                headers.all("Requires-Dist"));
        metadata.check();
        return metadata;
    }

    private void check() throws MalformedCoreMetadataException {
        if (PackageVersion.parse(version).isEmpty()) {
            throw new MalformedCoreMetadataException(
                    "Version: " + Excerpt.of(version) + " (expected: a version by PEP 440)");
        }
        try {
            project();
        } catch (IllegalArgumentException e) {
            throw new MalformedCoreMetadataException("Name: " + e.getMessage());
        }
        if (requiresPython != null && requiresPython.chars().anyMatch(Character::isISOControl)) {
            throw new MalformedCoreMetadataException(
                    "Requires-Python: " + Excerpt.of(requiresPython) + " (expected: one line)");
        }
    }

    /** The lines before the first empty one, without their ends. */
    private static List<String> headerLines(byte[] bytes) throws MalformedCoreMetadataException {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < bytes.length) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int textEnd = end > start && end < bytes.length && bytes[end - 1] == '\r' ? end - 1 : end;
            if (textEnd == start) {
                break;
            }
            lines.add(text(bytes, start, textEnd));
            start = end + 1;
        }
        return lines;
    }

    private static String text(byte[] bytes, int start, int end) throws MalformedCoreMetadataException {
        String line;
        try {
            line = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, end - start))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedCoreMetadataException("header at byte " + start + " is not UTF-8");
        }
        if (line.indexOf('\r') >= 0 || line.indexOf('\0') >= 0) {
            throw new MalformedCoreMetadataException("header at byte " + start + " holds a bare CR or a NUL");
        }
        return line;
    }

    /** Headers in their order, continuation lines joined to the line they continue. */
    private static final class Headers {
        private final List<String> names = new ArrayList<>();
        private final List<StringBuilder> values = new ArrayList<>();

        void add(String line) throws MalformedCoreMetadataException {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                if (values.isEmpty()) {
                    throw new MalformedCoreMetadataException("the first header is a continuation line");
                }
                values.get(values.size() - 1).append('\n').append(line);
                return;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || !isHeaderName(line.substring(0, colon))) {
                throw new MalformedCoreMetadataException("header: " + Excerpt.of(line) + " (expected: Name: value)");
            }
            names.add(line.substring(0, colon).toLowerCase(Locale.ROOT));
            values.add(new StringBuilder(line.substring(colon + 1)));
        }

        String required(String name) throws MalformedCoreMetadataException {
            String value = optional(name);
            if (value == null || value.isEmpty()) {
                throw new MalformedCoreMetadataException(name + " is missing (expected: one)");
            }
            return value;
        }

        @Nullable
        String optional(String name) throws MalformedCoreMetadataException {
            List<String> all = all(name);
            if (all.size() > 1) {
                throw new MalformedCoreMetadataException(name + " is given " + all.size() + " times (expected: once)");
            }
            return all.isEmpty() ? null : all.get(0);
        }

        List<String> all(String name) {
            String key = name.toLowerCase(Locale.ROOT);
            List<String> all = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                if (names.get(i).equals(key)) {
                    all.add(values.get(i).toString().strip());
                }
            }
            return all;
        }

        /** RFC 5322, 2.2: printable ASCII but the colon. */
        private static boolean isHeaderName(String name) {
            return name.chars().allMatch(c -> c > ' ' && c < 0x7f);
        }
    }
}
