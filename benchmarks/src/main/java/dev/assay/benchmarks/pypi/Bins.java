package dev.assay.benchmarks.pypi;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which targets fall into which bin: found once, by hashing every path, and kept in four bytes a target. */
final class Bins {
    private final int bits;
    /** Target numbers, bin after bin; those of bin b are from {@code starts[b]} to {@code starts[b + 1]}. */
    private final int[] members;

    private final int[] starts;

    /** At most 16 bits. */
    Bins(Population population, int bits) {
        this.bits = bits;
        this.starts = new int[(1 << bits) + 1];
        this.members = new int[population.targets()];
        char[] bins = new char[population.targets()];
        MessageDigest sha256 = sha256();
        for (int i = 0; i < bins.length; i++) {
            bins[i] = first(bits, sha256.digest(population.path(i).getBytes(StandardCharsets.UTF_8)));
            starts[bins[i] + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        for (int i = 0; i < bins.length; i++) {
            members[next[bins[i]]++] = i;
        }
    }

    private static char first(int bits, byte[] hash) {
        return (char) (((hash[0] & 0xff) << 8 | (hash[1] & 0xff)) >> (Short.SIZE - bits));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    int bits() {
        return bits;
    }

    IntStream members(int bin) {
        return Arrays.stream(members, starts[bin], starts[bin + 1]);
    }
}
