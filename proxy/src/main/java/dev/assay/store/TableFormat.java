package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * RocksDB's block-based table, format version 5, as far as our files need it: nothing compressed, each row a place to begin at, each block
 * under a CRC-32C. RocksDB's own writer copies every value twice, and drops from the page cache what it has written, though it is to
 * be sent next.
 *
 * <pre>
 * block   rows, where each begins (4 bytes each), how many there are (4), how it is compressed (1), checksum (4)
 * row     bytes shared with the key before, the key's others, the value's; then these. Lengths are base-128 numbers
 * file    data blocks, properties, their name and place, the index: the last key in each data block and its place, footer
 * </pre>
 */
final class TableFormat {
    private static final int TRAILER = 1 + Integer.BYTES;
    private static final byte NOT_COMPRESSED = 0;
    private static final byte CRC32C_CHECKSUM = 1;
    private static final int VERSION = 5;
    private static final long MAGIC = 0x88e241b785f4cff7L;
    private static final int HANDLES = 40;
    /** Sequence number 0, and that the row is a value. */
    private static final byte[] VALUE = {1, 0, 0, 0, 0, 0, 0, 0};

    private TableFormat() {}

    /** What comes before a value that has a data block of its own; {@link Layout#headBytes} long. */
    static ByteBuffer head(byte[] key, int valueLength) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        rowHead(head, key.length + VALUE.length, valueLength);
        head.writeBytes(key);
        head.writeBytes(VALUE);
        return ByteBuffer.wrap(head.toByteArray());
    }

    /** What comes after it. */
    static ByteBuffer tail(ByteBuffer head, ByteBuffer value) {
        ByteBuffer tail = littleEndian(2 * Integer.BYTES + TRAILER).putInt(0).putInt(1);
        return seal(tail, head.duplicate(), value.duplicate());
    }

    private static ByteBuffer seal(ByteBuffer rest, ByteBuffer... before) {
        rest.put(NOT_COMPRESSED);
        CRC32C checksum = new CRC32C();
        for (ByteBuffer each : before) {
            checksum.update(each);
        }
        checksum.update(rest.duplicate().flip());
        int crc = (int) checksum.getValue();
        return rest.putInt(((crc >>> 15) | (crc << 17)) + 0xa282ead8).flip(); // masked, as LevelDB does
    }

    /** A block's place: where it begins, and its bytes without compression and checksum. */
    static byte[] handle(long offset, long blockBytes) {
        ByteArrayOutputStream handle = new ByteArrayOutputStream();
        number(handle, offset);
        number(handle, blockBytes - TRAILER);
        return handle.toByteArray();
    }

    /** The key of a row as the index has it. */
    static byte[] indexKey(byte[] key) {
        return ByteBuffer.allocate(key.length + VALUE.length)
                .put(key)
                .put(VALUE)
                .array();
    }

    static byte[] name(String name) {
        return name.getBytes(US_ASCII);
    }

    /** A number as properties have it. */
    static byte[] number(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, value);
        return out.toByteArray();
    }

    /** Ends the file. */
    static ByteBuffer footer(byte[] metaindex, byte[] index) {
        ByteBuffer footer = littleEndian(1 + HANDLES + Integer.BYTES + Long.BYTES);
        footer.put(CRC32C_CHECKSUM).put(metaindex).put(index);
        return footer.position(1 + HANDLES).putInt(VERSION).putLong(MAGIC).flip();
    }

    private static void rowHead(ByteArrayOutputStream out, int keyLength, int valueLength) {
        number(out, 0);
        number(out, keyLength);
        number(out, valueLength);
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write((int) (rest & 0x7F) | 0x80);
        }
        out.write((int) rest);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A block of several short rows, which are added in the order of their keys. */
    static final class Rows {
        private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
        private final List<Integer> starts = new ArrayList<>();

        Rows add(byte[] key, byte[] value) {
            starts.add(rows.size());
            rowHead(rows, key.length, value.length);
            rows.writeBytes(key);
            rows.writeBytes(value);
            return this;
        }

        ByteBuffer finish() {
            ByteBuffer block = littleEndian(rows.size() + Integer.BYTES * (starts.size() + 1) + TRAILER);
            block.put(rows.toByteArray());
            starts.forEach(block::putInt);
            return seal(block.putInt(starts.size()));
        }
    }
}
