package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.util.regex.Pattern;

/**
 * Project names as a map speaks of them: a normalized name (PEP 503) in which {@code *} stands for any characters, none included. So
 * {@code acme-*} has {@code acme-tools} and not {@code acme}.
 */
public final class ProjectPattern {
    private static final Pattern FORM = Pattern.compile("[a-z0-9*]+(-[a-z0-9*]+)*");

    private static final String ANY = "*";

    private final Pattern regex;
    private final boolean any;

    /** Throws {@link IllegalArgumentException} when no normalized name can look like that. */
    public ProjectPattern(String pattern) {
        if (!FORM.matcher(pattern).matches()) {
            throw new IllegalArgumentException(
                    "\"" + pattern + "\" (expected: a normalized name (PEP 503), such as acme or"
                            + " acme-*: lower-case letters, digits, single hyphens, and * for any characters)");
        }
        this.any = pattern.equals(ANY);
        this.regex = Pattern.compile(pattern.replace("*", ".*"));
    }

    boolean matches(ProjectName project) {
        return any || regex.matcher(project.value()).matches();
    }
}
