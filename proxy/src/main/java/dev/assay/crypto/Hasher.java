package dev.assay.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** Digests one stream under several algorithms in one pass. Not thread-safe; used once. */
public final class Hasher {
    private final List<Running> running = new ArrayList<>();
    private boolean finished;

    public Hasher(Collection<HashAlgorithm> algorithms) {
        for (HashAlgorithm algorithm : algorithms) {
            running.add(start(algorithm));
        }
    }

    /** The next {@code length} bytes of the stream. */
    public void update(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireRunning();
        for (Running digest : running) {
            digest.update(bytes, offset, length);
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

    private static Running start(HashAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> new Jdk(algorithm, "SHA-256");
            case SHA384 -> new Jdk(algorithm, "SHA-384");
            case SHA512 -> new Jdk(algorithm, "SHA-512");
            case BLAKE2B_256, BLAKE2B_512 -> new Blake2b(algorithm);
        };
    }

    /** One digest under way. */
    private interface Running {
        void update(byte[] bytes, int offset, int length);

        Digest finish();
    }

    /** SHA-2: the JDK compiles it to the processor's own instructions. */
    private static final class Jdk implements Running {
        private final HashAlgorithm algorithm;
        private final MessageDigest digest;

        Jdk(HashAlgorithm algorithm, String name) {
            this.algorithm = algorithm;
            try {
                digest = MessageDigest.getInstance(name);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no " + name, e);
            }
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public Digest finish() {
            return new Digest(algorithm, digest.digest());
        }
    }

    /** BLAKE2b (RFC 7693), which the JDK does not have. */
    private static final class Blake2b implements Running {
        private final HashAlgorithm algorithm;
        private final Blake2bDigest digest;

        Blake2b(HashAlgorithm algorithm) {
            this.algorithm = algorithm;
            this.digest = new Blake2bDigest(8 * algorithm.length());
        }

        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public Digest finish() {
            byte[] out = new byte[algorithm.length()];
            digest.doFinal(out, 0);
            return new Digest(algorithm, out);
        }
    }
}
