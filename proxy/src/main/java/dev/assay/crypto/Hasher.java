package dev.assay.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.jcajce.provider.digest.Blake2b;

/** Digests one stream under several algorithms in one pass. Not thread-safe; used once. */
public final class Hasher {
    private final List<Running> running = new ArrayList<>();
    private boolean finished;

    public Hasher(Collection<HashAlgorithm> algorithms) {
        for (HashAlgorithm algorithm : algorithms) {
            running.add(new Running(algorithm, start(algorithm)));
        }
    }

    /** The next {@code length} bytes of the stream. */
    public void update(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireRunning();
        for (Running each : running) {
            each.digest().update(bytes, offset, length);
        }
    }

    /** One digest for each algorithm, in the order given. */
    public List<Digest> finish() {
        requireRunning();
        finished = true;
        return running.stream().map(Running::finish).toList();
    }

    private void requireRunning() {
        if (finished) {
            throw new IllegalStateException("the hasher is finished");
        }
    }

    /** SHA-2 from the JDK, which compiles it to the processor's own instructions; BLAKE2b (RFC 7693) it does not have. */
    static MessageDigest start(HashAlgorithm algorithm) {
        try {
            return switch (algorithm) {
                case SHA256 -> MessageDigest.getInstance("SHA-256");
                case SHA384 -> MessageDigest.getInstance("SHA-384");
                case SHA512 -> MessageDigest.getInstance("SHA-512");
                case BLAKE2B_256 -> new Blake2b.Blake2b256();
                case BLAKE2B_512 -> new Blake2b.Blake2b512();
            };
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no " + algorithm.label(), e);
        }
    }

    /** One digest under way. */
    private record Running(HashAlgorithm algorithm, MessageDigest digest) {
        Digest finish() {
            return new Digest(algorithm, digest.digest());
        }
    }
}
