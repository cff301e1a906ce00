package dev.assay.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A digest with its algorithm: an immutable value, equal by both. Its text form is {@code sha256:<hex>}. */
public final class Digest {
    private final HashAlgorithm algorithm;
    private final byte[] bytes;

    /** Copies {@code bytes}; throws {@link IllegalArgumentException} when the length is not the algorithm's. */
    public Digest(HashAlgorithm algorithm, byte[] bytes) {
        if (bytes.length != algorithm.length()) {
            throw new IllegalArgumentException("digest length: " + bytes.length + " bytes (expected: "
                    + algorithm.length() + " for " + algorithm.label() + ")");
        }
        this.algorithm = algorithm;
        this.bytes = bytes.clone();
    }

    /** The digest of the whole of {@code content}. */
    public static Digest of(HashAlgorithm algorithm, byte[] content) {
        return new Digest(algorithm, Hasher.start(algorithm).digest(content));
    }

    /** From lower- or upper-case hex; throws {@link IllegalArgumentException} on a wrong length or character. */
    public static Digest ofHex(HashAlgorithm algorithm, String hex) {
        if (hex.length() != 2 * algorithm.length()) {
            throw new IllegalArgumentException("digest length: " + hex.length() + " characters (expected: "
                    + 2 * algorithm.length() + " hex digits for " + algorithm.label() + ")");
        }
        try {
            return new Digest(algorithm, HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "digest: not hexadecimal (expected: hex digits for " + algorithm.label() + ")", e);
        }
    }

    public HashAlgorithm algorithm() {
        return algorithm;
    }

    /** A copy of the digest's bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Lower-case hex. */
    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** Read-only view, for hashing into other structures without a copy. */
    public ByteBuffer view() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest that && algorithm == that.algorithm && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@code sha256:<hex>}. */
    @Override
    public String toString() {
        return algorithm.label() + ":" + hex();
    }
}
