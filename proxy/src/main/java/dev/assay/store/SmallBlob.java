package dev.assay.store;

import dev.assay.crypto.Digest;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A verified blob on its way into the database.
 *
 * @param chunks its bytes, in direct buffers from position to limit
 * @param length of all together
 * @param digests at least one
 */
record SmallBlob(List<ByteBuffer> chunks, long length, List<Digest> digests) {}
