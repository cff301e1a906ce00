package dev.assay.simple;

import dev.assay.crypto.Digest;
import dev.assay.encoding.JsonBoolean;
import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonNull;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One PEP 691 page. Null stands for "absent" where indexes write it so ({@code requires-python}, {@code size}, {@code upload-time},
 * {@code provenance}, a status's {@code reason}), and is a wrong type elsewhere.
 */
final class JsonPageParser {
    private static final String API_VERSION = "api-version";

    private final ProjectName project;
    private final URI base;

    JsonPageParser(ProjectName project, URI base) {
        this.project = project;
        this.base = base;
    }

    ProjectPage parse(byte[] bytes) throws MalformedPageException {
        try {
            return page(JsonReader.parseObject(bytes, JsonReader.Numbers.ANY));
        } catch (JsonException | IllegalArgumentException e) {
            throw new MalformedPageException("page of " + project + ": " + e.getMessage());
        }
    }

    private ProjectPage page(JsonObject page) throws JsonException, MalformedPageException {
        JsonObject meta = page.object("meta");
        PageParser.checkApiVersion(meta.string(API_VERSION));
        checkName(page.string("name"));
        List<JsonValue> entries = page.array("files");
        if (entries.size() > PageParser.MAX_FILES) {
            throw new MalformedPageException(
                    "files: " + entries.size() + " (expected: <= " + PageParser.MAX_FILES + ")");
        }
        List<ProjectFile> files = new ArrayList<>(entries.size());
        for (JsonValue entry : entries) {
            files.add(file(entry));
        }
        Optional<JsonObject> status =
                page.get("project-status").isPresent() ? Optional.of(page.object("project-status")) : Optional.empty();
        return new ProjectPage(
                project,
                files,
                page.get("versions").isPresent() ? versions(page.array("versions")) : null,
                status.isPresent() ? status.get().string("status") : null,
                status.isPresent() ? stringOrNull(status.get(), "reason") : null,
                pageExtra(page, meta));
    }

    private void checkName(String name) throws MalformedPageException {
        if (!ProjectName.normalize(name).equals(project)) {
            throw new MalformedPageException("page of " + project + " names another project: " + Excerpt.of(name));
        }
    }

    private static List<String> versions(List<JsonValue> values) throws MalformedPageException {
        List<String> versions = new ArrayList<>(values.size());
        for (JsonValue value : values) {
            if (!(value instanceof JsonString text)) {
                throw new MalformedPageException("\"versions\" holds something that is not a string");
            }
            versions.add(text.value());
        }
        return versions;
    }

    private ProjectFile file(JsonValue entry) throws JsonException, MalformedPageException {
        if (!(entry instanceof JsonObject file)) {
            throw new MalformedPageException("\"files\" holds something that is not an object");
        }
        String filename = file.string("filename");
        try {
            FileUrl url = FileUrl.resolve(base, file.string("url"));
            if (!url.filename().equals(filename)) {
                throw new MalformedPageException("its URL ends in another name: " + Excerpt.of(url.filename()));
            }
            String requiresPython = stringOrNull(file, "requires-python");
            String provenance = stringOrNull(file, "provenance");
            return new ProjectFile(
                    filename,
                    url.url(),
                    digests(file.object("hashes")),
                    requiresPython == null ? null : FileFields.requiresPython(requiresPython),
                    size(file),
                    uploadTime(file),
                    yanked(file),
                    coreMetadata(file),
                    provenance == null ? null : FileUrl.absolute(provenance),
                    without(file, ProjectFile.KNOWN_KEYS));
        } catch (JsonException | MalformedPageException e) {
            throw new MalformedPageException("file " + Excerpt.of(filename) + ": " + e.getMessage());
        }
    }

    private static List<Digest> digests(JsonObject hashes) throws JsonException, MalformedPageException {
        List<Digest> digests = new ArrayList<>();
        for (String algorithm : hashes.members().keySet()) {
            PageParser.digest(algorithm, hashes.string(algorithm)).ifPresent(digests::add);
        }
        return digests;
    }

    private static @Nullable Long size(JsonObject file) throws MalformedPageException {
        JsonValue size = presentOrNull(file, "size");
        if (size == null) {
            return null;
        }
        boolean fits = size instanceof JsonInteger number
                && number.value().signum() >= 0
                && number.value().compareTo(BigInteger.valueOf(Long.MAX_VALUE)) <= 0;
        if (!fits) {
            throw new MalformedPageException("\"size\" is not a whole number of bytes");
        }
        return ((JsonInteger) size).value().longValue();
    }

    private static @Nullable Instant uploadTime(JsonObject file) throws JsonException, MalformedPageException {
        String text = stringOrNull(file, "upload-time");
        return text == null ? null : FileFields.uploadTime(text);
    }

    /** PEP 691: true, false, or a reason that is not empty; pip takes an empty one for false and uv for true. */
    private static @Nullable Yanked yanked(JsonObject file) throws MalformedPageException {
        JsonValue yanked = file.members().get("yanked");
        if (yanked == null || (yanked instanceof JsonBoolean bool && !bool.value())) {
            return null;
        }
        if (yanked instanceof JsonBoolean) {
            return new Yanked("");
        }
        if (yanked instanceof JsonString reason && !reason.value().isEmpty()) {
            return new Yanked(reason.value());
        }
        throw new MalformedPageException("\"yanked\" is neither true, false nor a reason");
    }

    /** PEP 714: {@code core-metadata} decides where it is given; the two older names stand in where it is not. */
    private static @Nullable List<Digest> coreMetadata(JsonObject file) throws JsonException, MalformedPageException {
        for (String key : List.of("core-metadata", "data-dist-info-metadata", "dist-info-metadata")) {
            JsonValue value = file.members().get(key);
            if (value instanceof JsonObject hashes) {
                return digests(hashes);
            }
            if (value != null) {
                return file.bool(key) ? List.of() : null;
            }
        }
        return null;
    }

    private static Map<String, JsonValue> pageExtra(JsonObject page, JsonObject meta) {
        Map<String, JsonValue> extra = without(page, ProjectPage.KNOWN_KEYS);
        Map<String, JsonValue> metaExtra = without(meta, Set.of(API_VERSION));
        if (metaExtra.isEmpty()) {
            extra.remove("meta");
        } else {
            extra.put("meta", new JsonObject(metaExtra));
        }
        return extra;
    }

    private static Map<String, JsonValue> without(JsonObject object, Set<String> keys) {
        Map<String, JsonValue> rest = new LinkedHashMap<>(object.members());
        rest.keySet().removeAll(keys);
        return rest;
    }

    private static @Nullable String stringOrNull(JsonObject object, String key) throws JsonException {
        return presentOrNull(object, key) == null ? null : object.string(key);
    }

    private static @Nullable JsonValue presentOrNull(JsonObject object, String key) {
        JsonValue value = object.members().get(key);
        return value instanceof JsonNull ? null : value;
    }
}
