package dev.assay.simple;

import dev.assay.encoding.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A project page as a value: what is parsed once after verification, and what every answer is rendered from.
 *
 * <p>The constructor throws {@link IllegalArgumentException} for two files of one name, since installers differ in which of
 * them they take, and for an {@code extra} key that the model knows by a field.
 *
 * @param versions as the page lists them (PEP 700); null when it does not
 * @param status {@code active}, {@code archived}, {@code quarantined} or {@code deprecated} (PEP 792); null when the page does not say
 * @param extra unknown top-level keys of a JSON page, passed through, and under {@code meta} an object of the unknown keys there;
 *     in the order of the keys
 */
public record ProjectPage(
        ProjectName name,
        List<ProjectFile> files,
        @Nullable List<String> versions,
        @Nullable String status,
        @Nullable String statusReason,
        Map<String, JsonValue> extra) {
    static final Set<String> KNOWN_KEYS = Set.of("name", "files", "versions", "project-status");

    public ProjectPage {
        files = List.copyOf(files);
        Set<String> names = new HashSet<>();
        for (ProjectFile file : files) {
            if (!names.add(file.filename())) {
                throw new IllegalArgumentException("two files of one name: " + Excerpt.of(file.filename()));
            }
        }
        versions = versions == null ? null : List.copyOf(versions);
        extra = ProjectFile.sortedExtra(extra, KNOWN_KEYS);
    }

    /** The file of exactly this name. */
    public Optional<ProjectFile> file(String filename) {
        return files.stream().filter(file -> file.filename().equals(filename)).findFirst();
    }
}
