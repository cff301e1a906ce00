package dev.assay.author.follow;

import dev.assay.simple.ProjectName;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A project that is wanted, as PEP 508 writes it; versions don't matter here.
 *
 * @param extras of it that are wanted too, normalized (PEP 685)
 * @param marker on which machines and for which extras; empty for all
 */
public record Requirement(ProjectName project, Set<String> extras, String marker) {
    private static final Pattern FORM = Pattern.compile(
            "\\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\\s*(?:\\[([^\\]]*)\\])?\\s*(?:[(<>=!~@,][^;]*)?(?:;(.*))?",
            Pattern.DOTALL);

    public Requirement {
        extras = Set.copyOf(extras);
    }

    /** The project alone, everywhere. */
    static Requirement of(ProjectName project) {
        return new Requirement(project, Set.of(), "");
    }

    /** Throws {@link IllegalArgumentException} when it is no requirement. */
    public static Requirement parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(text + " (expected: a project's name, as pip wants it)");
        }
        Set<String> extras = new TreeSet<>();
        if (parts.group(2) != null) {
            Arrays.stream(parts.group(2).split(",", -1))
                    .map(Marker::normalized)
                    .filter(extra -> !extra.isEmpty())
                    .forEach(extras::add);
        }
        String marker = parts.group(3) == null ? "" : parts.group(3).strip();
        return new Requirement(ProjectName.normalize(parts.group(1)), extras, marker);
    }

    /** Whether it may be needed somewhere by who was asked for with these extras. */
    boolean isNeeded(Set<String> askedExtras) {
        return marker.isEmpty() || Marker.mayHold(marker, askedExtras);
    }
}
