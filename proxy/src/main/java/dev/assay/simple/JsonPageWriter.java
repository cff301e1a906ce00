package dev.assay.simple;

import static dev.assay.simple.PageBuffer.ascii;

import dev.assay.crypto.Digest;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON form (PEP 691, 700, 714, 740, 792). Keys stand in a fixed order, unknown ones last, in their own. */
final class JsonPageWriter {
    private static final byte[] HEAD = ascii("{\"meta\":{\"api-version\":\"1.4\"");
    private static final byte[] NAME = ascii("},\"name\":\"");
    private static final byte[] STATUS = ascii(",\"project-status\":{\"status\":\"");
    private static final byte[] REASON = ascii("\",\"reason\":\"");
    private static final byte[] VERSIONS = ascii(",\"versions\":[");
    private static final byte[] FILES = ascii(",\"files\":[");
    private static final byte[] PROJECTS = ascii("},\"projects\":[");
    private static final byte[] PROJECT = ascii("{\"name\":\"");
    private static final byte[] FILENAME = ascii("{\"filename\":\"");
    private static final byte[] URL = ascii("\",\"url\":\"");
    private static final byte[] HASHES = ascii("\",\"hashes\":");
    private static final byte[] REQUIRES_PYTHON = ascii(",\"requires-python\":\"");
    private static final byte[] SIZE = ascii(",\"size\":");
    private static final byte[] UPLOAD_TIME = ascii(",\"upload-time\":\"");
    private static final byte[] YANKED = ascii(",\"yanked\":");
    private static final byte[] CORE_METADATA = ascii(",\"core-metadata\":");
    private static final byte[] DIST_INFO_METADATA = ascii(",\"data-dist-info-metadata\":");
    private static final byte[] PROVENANCE = ascii(",\"provenance\":\"");
    private static final byte[] SHA256 = ascii("{\"sha256\":\"");
    private static final byte[] NO_HASHES = ascii("{}");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] COLON = ascii(":");
    private static final byte[] COMMA = ascii(",");
    private static final byte[] END_STRING_OBJECT = ascii("\"}");
    private static final byte[] END_OBJECT = ascii("}");
    private static final byte[] END_ARRAY = ascii("]");

    private final PageBuffer out;

    JsonPageWriter(PageBuffer out) {
        this.out = out;
    }

    void page(ProjectPage page) {
        out.raw(HEAD);
        if (page.extra().get("meta") instanceof JsonObject meta) {
            meta.members().forEach(this::member);
        }
        out.raw(NAME).json(page.name().value()).raw(QUOTE);
        status(page.status(), page.statusReason());
        versions(page.versions());
        out.raw(FILES);
        boolean first = true;
        for (ProjectFile file : page.files()) {
            separate(first);
            first = false;
            file(file);
        }
        out.raw(END_ARRAY);
        page.extra().forEach((key, value) -> {
            if (!key.equals("meta")) {
                member(key, value);
            }
        });
        out.raw(END_OBJECT);
    }

    void root(RootPage page) {
        out.raw(HEAD).raw(PROJECTS);
        boolean first = true;
        for (ProjectName project : page.projects()) {
            separate(first);
            first = false;
            out.raw(PROJECT).json(project.value()).raw(END_STRING_OBJECT);
        }
        out.raw(END_ARRAY).raw(END_OBJECT);
    }

    private void status(@Nullable String status, @Nullable String reason) {
        if (status == null) {
            return;
        }
        out.raw(STATUS).json(status);
        if (reason != null) {
            out.raw(REASON).json(reason);
        }
        out.raw(END_STRING_OBJECT);
    }

    private void versions(@Nullable List<String> versions) {
        if (versions == null) {
            return;
        }
        out.raw(VERSIONS);
        boolean first = true;
        for (String version : versions) {
            separate(first);
            first = false;
            out.raw(QUOTE).json(version).raw(QUOTE);
        }
        out.raw(END_ARRAY);
    }

    private void file(ProjectFile file) {
        out.raw(FILENAME).json(file.filename()).raw(URL).urlInJson(file.url()).raw(HASHES);
        hash(file.sha256(), NO_HASHES);
        if (file.requiresPython() != null) {
            out.raw(REQUIRES_PYTHON).json(file.requiresPython()).raw(QUOTE);
        }
        if (file.size() != null) {
            out.raw(SIZE).number(file.size());
        }
        if (file.uploadTime() != null) {
            out.raw(UPLOAD_TIME).time(file.uploadTime()).raw(QUOTE);
        }
        out.raw(YANKED);
        yanked(file.yanked());
        out.raw(CORE_METADATA);
        coreMetadata(file.coreMetadata());
        out.raw(DIST_INFO_METADATA);
        coreMetadata(file.coreMetadata());
        if (file.provenance() != null) {
            out.raw(PROVENANCE).urlInJson(file.provenance()).raw(QUOTE);
        }
        file.extra().forEach(this::member);
        out.raw(END_OBJECT);
    }

    private void yanked(@Nullable Yanked yanked) {
        if (yanked == null) {
            out.raw(FALSE);
        } else if (yanked.reason().isEmpty()) {
            out.raw(TRUE);
        } else {
            out.raw(QUOTE).json(yanked.reason()).raw(QUOTE);
        }
    }

    /** False is written out: an installer that finds no key looks for an older one. */
    private void coreMetadata(@Nullable List<Digest> digests) {
        if (digests == null) {
            out.raw(FALSE);
        } else {
            hash(ProjectFile.sha256Of(digests), TRUE);
        }
    }

    private void hash(Optional<Digest> sha256, byte[] otherwise) {
        if (sha256.isPresent()) {
            out.raw(SHA256).hex(sha256.get().view()).raw(END_STRING_OBJECT);
        } else {
            out.raw(otherwise);
        }
    }

    private void member(String key, JsonValue value) {
        out.raw(COMMA).raw(QUOTE).json(key).raw(QUOTE).raw(COLON).raw(JsonWriter.write(value));
    }

    private void separate(boolean first) {
        if (!first) {
            out.raw(COMMA);
        }
    }
}
