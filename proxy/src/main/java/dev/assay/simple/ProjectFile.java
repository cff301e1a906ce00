package dev.assay.simple;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One file of a project page (PEP 503, 691, 700, 714, 592, 740).
 *
 * <p>The constructor throws {@link IllegalArgumentException} for a file name that could leave its folder, a negative size, and
 * an {@code extra} key that the model knows by a field.
 *
 * @param filename at most 255 UTF-8 bytes, without slash, backslash and control characters, neither {@code .} nor {@code ..}
 * @param url as the page has it, resolved against the page's own URL when it was parsed; fragment removed
 * @param digests the supported hashes that the page gives, possibly none
 * @param size bytes
 * @param uploadTime cut to the microsecond, the finest that the simple API can say (PEP 700)
 * @param coreMetadata empty list: the page says that there is a {@code .metadata} file, without a supported digest; null: none
 * @param provenance an absolute URL
 * @param extra unknown keys of a JSON page, passed through; in the order of the keys
 */
public record ProjectFile(
        String filename,
        String url,
        List<Digest> digests,
        @Nullable String requiresPython,
        @Nullable Long size,
        @Nullable Instant uploadTime,
        @Nullable Yanked yanked,
        @Nullable List<Digest> coreMetadata,
        @Nullable String provenance,
        Map<String, JsonValue> extra) {
    private static final int MAX_FILENAME_BYTES = 255;

    /**
     * The keys of a file that are not {@code extra}. {@code gpg-sig} is known and dropped: the signatures it announces are not
     * served. {@code dist-info-metadata} is the name of {@code core-metadata} before PEP 714, which installers still read.
     */
    static final Set<String> KNOWN_KEYS = Set.of(
            "filename",
            "url",
            "hashes",
            "requires-python",
            "size",
            "upload-time",
            "yanked",
            "core-metadata",
            "data-dist-info-metadata",
            "dist-info-metadata",
            "provenance",
            "gpg-sig");

    public ProjectFile {
        if (!isFilename(filename)) {
            throw new IllegalArgumentException("file name: " + Excerpt.of(filename)
                    + " (expected: 1 to 255 bytes without slash, backslash or control character)");
        }
        if (size != null && size < 0) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 0)");
        }
        digests = List.copyOf(digests);
        uploadTime = uploadTime == null ? null : uploadTime.truncatedTo(ChronoUnit.MICROS);
        coreMetadata = coreMetadata == null ? null : List.copyOf(coreMetadata);
        extra = sortedExtra(extra, KNOWN_KEYS);
    }

    /** The page's digest under SHA-256, the one form that every installer checks. */
    public Optional<Digest> sha256() {
        return sha256Of(digests);
    }

    /** The same file at another URL. */
    public ProjectFile at(String otherUrl) {
        return new ProjectFile(
                filename, otherUrl, digests, requiresPython, size, uploadTime, yanked, coreMetadata, provenance, extra);
    }

    static Optional<Digest> sha256Of(List<Digest> digests) {
        for (Digest digest : digests) {
            if (digest.algorithm() == HashAlgorithm.SHA256) {
                return Optional.of(digest);
            }
        }
        return Optional.empty();
    }

    /** Whether this can be one segment of a path and one file of a folder, on every system. */
    static boolean isFilename(String name) {
        int bytes = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || c == '\\' || Character.isISOControl(c)) {
                return false;
            }
            // A pair of surrogates is four bytes; a lone one is refused below, in no encoding a character.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes > 0
                && bytes <= MAX_FILENAME_BYTES
                && !name.equals(".")
                && !name.equals("..")
                && isWellFormed(name);
    }

    private static boolean isWellFormed(String name) {
        return name.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    static Map<String, JsonValue> sortedExtra(Map<String, JsonValue> extra, Set<String> known) {
        for (String key : extra.keySet()) {
            if (known.contains(key)) {
                throw new IllegalArgumentException("extra key \"" + key + "\" is a field of the model");
            }
        }
        return extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(extra));
    }
}
