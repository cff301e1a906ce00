package dev.assay.tuf;

import java.nio.charset.StandardCharsets;

/** The path of a target as the repository signs it (TUF 4.5): an opaque string, {@code /}-separated, not empty, case matters. */
public record TargetPath(String value) implements Comparable<TargetPath> {
    public TargetPath {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("target path is empty");
        }
    }

    /** What hash prefixes and bins are computed over. */
    byte[] utf8() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(TargetPath other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
