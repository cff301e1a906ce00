package dev.assay.crypto;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The supported signature schemes, each with the keytype that our own author writes for it. Which of them count is for the
 * reader of metadata to say: the {@link #CLASSICAL} ones, unless it is told to count more.
 */
public enum SignatureScheme {
    ED25519("ed25519", "ed25519"),
    ECDSA_P256("ecdsa", "ecdsa-sha2-nistp256"),
    ECDSA_P384("ecdsa", "ecdsa-sha2-nistp384"),
    RSA_PSS_SHA256("rsa", "rsassa-pss-sha256"),
    ML_DSA_44("ml-dsa", "ml-dsa-44/1"),
    ML_DSA_65("ml-dsa", "ml-dsa-65/1"),
    ML_DSA_87("ml-dsa", "ml-dsa-87/1");

    /** Those that every TUF client knows (TUF 4.2). */
    public static final Set<SignatureScheme> CLASSICAL = Set.of(ED25519, ECDSA_P256, ECDSA_P384, RSA_PSS_SHA256);

    /** With the post-quantum ones, ML-DSA (TAP 21, a draft). */
    public static final Set<SignatureScheme> ALL = Set.copyOf(EnumSet.allOf(SignatureScheme.class));

    private final String keytype;
    private final String label;

    SignatureScheme(String keytype, String label) {
        this.keytype = keytype;
        this.label = label;
    }

    /** The {@code keytype} string in metadata, as our own author writes it. */
    public String keytype() {
        return keytype;
    }

    /** The {@code scheme} string in metadata. */
    public String label() {
        return label;
    }

    /**
     * The scheme that a key in metadata names; empty when the pair is not supported. Older metadata repeats an ECDSA
     * scheme as the keytype.
     */
    static Optional<SignatureScheme> of(String keytype, String label) {
        for (SignatureScheme scheme : values()) {
            if (scheme.label.equals(label)) {
                boolean repeated = scheme.keytype.equals("ecdsa") && keytype.equals(label);
                return repeated || scheme.keytype.equals(keytype) ? Optional.of(scheme) : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
