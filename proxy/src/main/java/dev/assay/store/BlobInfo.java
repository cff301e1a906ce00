package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.store.StoreException.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The record that makes a blob exist.
 *
 * @param id names its chunks
 * @param length bytes
 * @param chunkBytes size of every chunk but the last
 * @param digests at least one, all verified; the record stands under the first
 */
record BlobInfo(long id, long length, int chunkBytes, List<Digest> digests) {
    /** The largest encoding of one digest: lengths, a name, 64 bytes. */
    private static final int MAX_DIGEST = 2 + 32 + 64;

    BlobInfo {
        if (length < 0 || chunkBytes < 1 || digests.isEmpty()) {
            throw new IllegalArgumentException("blob " + id + ": length " + length + ", chunk size " + chunkBytes
                    + ", digests " + digests + " (expected: >= 0, >= 1, not empty)");
        }
        digests = List.copyOf(digests);
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES * 2 + Integer.BYTES + 1 + digests.size() * MAX_DIGEST);
        out.putLong(id).putLong(length).putInt(chunkBytes).put((byte) digests.size());
        digests.forEach(digest -> put(out, digest));
        return Arrays.copyOf(out.array(), out.position());
    }

    static BlobInfo decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            long id = in.getLong();
            long length = in.getLong();
            int chunkBytes = in.getInt();
            int count = in.get();
            List<Digest> digests = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                digests.add(take(in));
            }
            return new BlobInfo(id, length, chunkBytes, digests);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new StoreException(Kind.DAMAGED, "a blob's info record can't be read: " + e, e);
        }
    }

    /** One digest: the name of its algorithm and its bytes, each after its length in one byte. */
    static byte[] encode(Digest digest) {
        ByteBuffer out = ByteBuffer.allocate(MAX_DIGEST);
        put(out, digest);
        return Arrays.copyOf(out.array(), out.position());
    }

    static void put(ByteBuffer out, Digest digest) {
        byte[] label = digest.algorithm().label().getBytes(US_ASCII);
        out.put((byte) label.length).put(label);
        out.put((byte) digest.algorithm().length()).put(digest.view());
    }

    /** The inverse of {@link #put}; {@link IllegalArgumentException} on an algorithm that is not known. */
    static Digest take(ByteBuffer in) {
        byte[] label = new byte[in.get()];
        in.get(label);
        byte[] digest = new byte[in.get()];
        in.get(digest);
        String name = new String(label, US_ASCII);
        HashAlgorithm algorithm = HashAlgorithm.named(name, digest.length)
                .orElseThrow(() -> new IllegalArgumentException("unknown hash algorithm " + name));
        return new Digest(algorithm, digest);
    }
}
