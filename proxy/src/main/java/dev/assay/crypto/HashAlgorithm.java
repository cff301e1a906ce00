package dev.assay.crypto;

import java.util.Optional;

/** The supported hash algorithms, by the names that TUF metadata and index pages use. */
public enum HashAlgorithm {
    SHA256("sha256", 32),
    SHA384("sha384", 48),
    SHA512("sha512", 64),
    BLAKE2B_256("blake2b-256", 32),
    BLAKE2B_512("blake2b-512", 64);

    private static final String OLD_BLAKE2B = "blake2b";

    private final String label;
    private final int length;

    HashAlgorithm(String label, int length) {
        this.label = label;
        this.length = length;
    }

    /** The name as metadata spells it, such as {@code sha256}. */
    public String label() {
        return label;
    }

    /** Length of a digest in bytes. */
    public int length() {
        return length;
    }

    /**
     * The algorithm of this name; empty when it is not supported. The older name {@code blake2b} stands for either
     * length, so the digest's length decides ({@code digestBytes}; for other names it is not looked at).
     */
    public static Optional<HashAlgorithm> named(String name, int digestBytes) {
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.label.equals(name) || algorithm.isOldBlake2b(name, digestBytes)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    private boolean isOldBlake2b(String name, int digestBytes) {
        return (this == BLAKE2B_256 || this == BLAKE2B_512) && name.equals(OLD_BLAKE2B) && length == digestBytes;
    }
}
