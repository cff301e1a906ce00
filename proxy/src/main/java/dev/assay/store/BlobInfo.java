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
 * @param place where its bytes lie
 * @param digests at least one, all verified; the record stands under the first
 */
record BlobInfo(long id, long length, Place place, List<Digest> digests) {
    /** The largest encoding of one digest: lengths, a name, 64 bytes. */
    private static final int MAX_DIGEST = 2 + 32 + 64;

    /**
     * Where in a table file a blob lies, as it was when the file was written.
     *
     * @param table first id of the table file; {@link #YOUNG} when the blob is in none yet
     * @param start position of its first chunk's value in the file
     * @param stride from one chunk's value to the next, of full chunks; 0 when there is one chunk
     */
    record Place(long table, long start, int stride) {
        private static final long YOUNG = 0;

        /** Not in a table file: among the young rows, or without a byte. */
        static final Place NONE = new Place(YOUNG, 0, 0);

        boolean inTable() {
            return table != YOUNG;
        }
    }

    BlobInfo {
        if (length < 0 || digests.isEmpty()) {
            throw new IllegalArgumentException(
                    "blob " + id + ": length " + length + ", digests " + digests + " (expected: >= 0, not empty)");
        }
        digests = digests.stream().distinct().toList();
    }

    /** The same blob after its bytes were written elsewhere. */
    BlobInfo at(long newId, Place newPlace) {
        return new BlobInfo(newId, length, newPlace, digests);
    }

    /** The same blob under more digests. */
    BlobInfo with(List<Digest> more) {
        List<Digest> all = new ArrayList<>(digests);
        all.addAll(more);
        return new BlobInfo(id, length, place, all);
    }

    int chunks() {
        return Math.toIntExact((length + Layout.CHUNK - 1) / Layout.CHUNK);
    }

    int chunkLength(int number) {
        return (int) Math.min(Layout.CHUNK, length - (long) number * Layout.CHUNK);
    }

    /** Where a chunk's value begins in the table file. */
    long position(int number) {
        int shorter = Layout.headBytes(Layout.CHUNK) - Layout.headBytes(chunkLength(number));
        return place.start() + (long) number * place.stride() - (number == 0 ? 0 : shorter);
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(Long.BYTES * 4 + Integer.BYTES + 1 + digests.size() * MAX_DIGEST);
        out.putLong(id).putLong(length);
        out.putLong(place.table()).putLong(place.start()).putInt(place.stride());
        out.put((byte) digests.size());
        digests.forEach(digest -> put(out, digest));
        return Arrays.copyOf(out.array(), out.position());
    }

    static BlobInfo decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            long id = in.getLong();
            long length = in.getLong();
            Place place = new Place(in.getLong(), in.getLong(), in.getInt());
            int count = in.get();
            List<Digest> digests = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                digests.add(take(in));
            }
            return new BlobInfo(id, length, place, digests);
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
