package dev.assay.simple;

/** A normalized project name (PEP 503): lower case, runs of {@code -_.} as one {@code -}; at most {@value #MAX_LENGTH} characters. */
public record ProjectName(String value) implements Comparable<ProjectName> {
    private static final int MAX_LENGTH = 256;

    /** Throws {@link IllegalArgumentException} when {@code value} is not in normalized form or no valid name. */
    public ProjectName {
        if (!normalizedForm(value).equals(value)) {
            throw new IllegalArgumentException("project name is not normalized: " + quoted(value));
        }
    }

    /** From any spelling; throws {@link IllegalArgumentException} when it is no valid name (PEP 508: ASCII letters, digits, {@code -_.}, alphanumeric at both ends). */
    public static ProjectName normalize(String raw) {
        return new ProjectName(normalizedForm(raw));
    }

    /** Whether it is a valid name in its one form. */
    public static boolean isNormalized(String name) {
        try {
            return normalizedForm(name).equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public int compareTo(ProjectName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String normalizedForm(String raw) {
        int length = raw.length();
        if (length == 0 || length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "length of project name: " + length + " (expected: 1 to " + MAX_LENGTH + ")");
        }
        if (!isAlphanumeric(raw.charAt(0)) || !isAlphanumeric(raw.charAt(length - 1))) {
            throw invalid(raw);
        }
        StringBuilder normalized = new StringBuilder(length);
        boolean inRun = false;
        for (int i = 0; i < length; i++) {
            char c = raw.charAt(i);
            if (isAlphanumeric(c)) {
                normalized.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
                inRun = false;
            } else if (c != '-' && c != '_' && c != '.') {
                throw invalid(raw);
            } else if (!inRun) {
                normalized.append('-');
                inRun = true;
            }
        }
        return normalized.toString();
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static IllegalArgumentException invalid(String raw) {
        return new IllegalArgumentException("project name: " + quoted(raw)
                + " (expected: ASCII letters, digits, '-', '_' and '.', with a letter or digit at both ends)");
    }

    private static String quoted(String raw) {
        return Excerpt.of(raw);
    }
}
