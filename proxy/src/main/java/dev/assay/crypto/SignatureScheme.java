package dev.assay.crypto;

import java.util.Optional;

/** The supported signature schemes, each with the keytype that our own author writes for it. */
public enum SignatureScheme {
    ED25519("ed25519", "ed25519"),
    ECDSA_P256("ecdsa", "ecdsa-sha2-nistp256"),
    ECDSA_P384("ecdsa", "ecdsa-sha2-nistp384"),
    RSA_PSS_SHA256("rsa", "rsassa-pss-sha256");

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
