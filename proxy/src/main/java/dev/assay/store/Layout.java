package dev.assay.store;

import java.nio.ByteBuffer;

/**
 * How blobs lie on the disk: the sizes that the format fixes, and the keys of their chunks.
 *
 * <p>In a table file each chunk is a block of its own, uncompressed: a head, the value, a trailer. The head is the lengths of key and
 * value in RocksDB's prefix encoding, then the key with eight bytes of sequence number.
 */
final class Layout {
    /** Every chunk of a blob but its last has so many bytes. */
    static final int CHUNK = 1 << 20;
    /** A blob of more chunks has a table file of its own; one of fewer or as many shares one. */
    static final int SMALL_CHUNKS = 4;

    static final long SMALL_BYTES = (long) SMALL_CHUNKS * CHUNK;
    /** A small blob of at least so many bytes may be written straight to the file that it shares; a shorter one becomes young rows. */
    static final int GATHERED_BYTES = 256 << 10;
    /** Young rows are grouped into a table file when they have so many bytes, on a large disk. */
    static final long GROUP_BYTES = 32L << 20;
    /** On a smaller disk sooner, so that a group is not much of it. */
    private static final long LEAST_GROUP_BYTES = 8L << 20;

    private static final int GROUPS = 64;
    /** Or when they are of so many blobs. */
    static final int GROUP_BLOBS = 8192;
    /** Id and chunk number, both big-endian, so that a blob's chunks lie side by side. */
    static final int KEY_BYTES = Long.BYTES + Integer.BYTES;

    /** Set in the ids of blobs that were never young, so that no range of ids that were contains one. */
    private static final long STRAIGHT_TO_FILE = 1L << 62;

    private static final int SEQUENCE_BYTES = 8;

    private Layout() {}

    /** When to group young rows where all blobs together may take {@code maxBytes}. */
    static long groupBytes(long maxBytes) {
        return Math.max(LEAST_GROUP_BYTES, Math.min(GROUP_BYTES, maxBytes / GROUPS));
    }

    /** The id of a blob that is written straight to a table file; a row of ids stays one. */
    static long straightToFile(long id) {
        return id | STRAIGHT_TO_FILE;
    }

    /** Ids in the order in which they were given. */
    static long age(long id) {
        return id & ~STRAIGHT_TO_FILE;
    }

    static byte[] key(long id, int number) {
        return ByteBuffer.allocate(KEY_BYTES).putLong(id).putInt(number).array();
    }

    static long id(byte[] key) {
        return ByteBuffer.wrap(key).getLong();
    }

    static int number(byte[] key) {
        return ByteBuffer.wrap(key).getInt(Long.BYTES);
    }

    /** Bytes between the start of a chunk's block and its value. */
    static int headBytes(int valueLength) {
        int lengths = 3;
        for (int rest = valueLength >>> 7; rest != 0; rest >>>= 7) {
            lengths++;
        }
        return lengths + KEY_BYTES + SEQUENCE_BYTES;
    }

    /** Bytes between the start of a chunk's key and its value. */
    static int keyDistance() {
        return KEY_BYTES + SEQUENCE_BYTES;
    }
}
