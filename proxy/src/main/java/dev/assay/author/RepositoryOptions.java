package dev.assay.author;

import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import java.time.Duration;

/**
 * How a repository is laid out and signed; chosen once, when it is created, and read back from its metadata afterwards.
 *
 * @param rootKeys how many root keys are made, at least {@code rootThreshold}
 * @param rootThreshold how many of them must sign a root, at least 1
 * @param scheme of every key that is made
 * @param bins number of {@code bin-n} roles: a power of two, 1 to 16,384
 * @param binForm how {@code bins} delegates to them; {@link BinForm#SUCCINCT} needs at least two
 * @param offlineExpiry life of {@code root}, {@code targets}, {@code bins} and the roles of claimed projects
 * @param onlineExpiry life of {@code timestamp}, {@code snapshot} and {@code bin-n}
 * @param keyCost what guessing a passphrase of the new key files costs
 */
public record RepositoryOptions(
        int rootKeys,
        int rootThreshold,
        SignatureScheme scheme,
        int bins,
        BinForm binForm,
        Duration offlineExpiry,
        Duration onlineExpiry,
        KeyFile.Cost keyCost) {

    /** The most bins that a repository may have: as many as PEP 458 plans for the whole of PyPI. */
    public static final int MAX_BINS = 16_384;

    /** Two of three Ed25519 root keys, 256 succinct bins, a year offline and a week online. */
    public static final RepositoryOptions DEFAULTS = new RepositoryOptions(
            3,
            2,
            SignatureScheme.ED25519,
            256,
            BinForm.SUCCINCT,
            Duration.ofDays(365),
            Duration.ofDays(7),
            KeyFile.Cost.FULL);

    /** How {@code bins} delegates to the {@code bin-n} roles. */
    public enum BinForm {
        /** One entry for all of them (TUF TAP 15): a few hundred bytes. */
        SUCCINCT,
        /** One entry for each with its {@code path_hash_prefixes}, for clients that don't know succinct roles. */
        PREFIX
    }

    public RepositoryOptions {
        require(rootThreshold >= 1, "root threshold", rootThreshold, ">= 1");
        require(rootKeys >= rootThreshold, "root keys", rootKeys, ">= the threshold, " + rootThreshold);
        require(rootKeys <= 32, "root keys", rootKeys, "<= 32");
        require(
                bins >= 1 && bins <= MAX_BINS && Integer.bitCount(bins) == 1,
                "bins",
                bins,
                "a power of two, 1 to " + MAX_BINS);
        require(bins > 1 || binForm == BinForm.PREFIX, "bins", bins, ">= 2, or prefix bins");
        require(positive(offlineExpiry), "offline expiry", offlineExpiry, "at least a minute");
        require(positive(onlineExpiry), "online expiry", onlineExpiry, "at least a minute");
    }

    /** The same with another number of bins. */
    public RepositoryOptions withBins(int number) {
        return new RepositoryOptions(
                rootKeys, rootThreshold, scheme, number, binForm, offlineExpiry, onlineExpiry, keyCost);
    }

    private static boolean positive(Duration duration) {
        return duration.compareTo(Duration.ofMinutes(1)) >= 0;
    }

    private static void require(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
