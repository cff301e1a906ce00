package dev.assay.web;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** A salted hash of a secret, in the form of bcrypt that {@code htpasswd -B} writes. Comparing takes the same time whatever differs. */
final class PasswordHash {
    /** What bcrypt can tell apart; a longer secret would count by its beginning alone. */
    static final int MAX_SECRET_BYTES = 72;

    private static final int COST = 11;
    private static final int SALT_BYTES = 16;
    /** From a cost that is worth having to one of some seconds. */
    private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(0[89]|1[0-5])\\$[./A-Za-z0-9]{53}");

    private final String text;

    private PasswordHash(String text) {
        this.text = text;
    }

    /** Hashes a secret of at most {@link #MAX_SECRET_BYTES} with a new salt. */
    static PasswordHash of(byte[] secret) {
        if (secret.length == 0 || secret.length > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "secret: " + secret.length + " bytes (expected: 1 to " + MAX_SECRET_BYTES + ")");
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(OpenBSDBCrypt.generate("2b", secret, salt, COST));
    }

    /** The hash that is written so; empty for what is none, or too cheap or too costly to be used. */
    static Optional<PasswordHash> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new PasswordHash(text)) : Optional.empty();
    }

    /** Whether it is the secret's. Takes as long as the hash's cost says: some tenths of a second. */
    boolean matches(byte[] secret) {
        return secret.length > 0 && secret.length <= MAX_SECRET_BYTES && OpenBSDBCrypt.checkPassword(text, secret);
    }

    @Override
    public String toString() {
        return text;
    }
}
