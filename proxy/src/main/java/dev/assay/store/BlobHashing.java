package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Hashes a stored blob again, by either way that its bytes are handed over. */
final class BlobHashing {
    private static final int BUFFER = 256 << 10;

    private BlobHashing() {}

    /** Where bytes come from: at least one unless {@code position} is the end. */
    private interface Source {
        int read(long position, ByteBuffer into) throws IOException;
    }

    /** Whether what the database reads is what the blob was stored as. */
    static boolean matches(Blob blob) {
        try {
            return matches(blob.digests().get(0), blob.length(), blob::read);
        } catch (StoreException e) {
            if (e.kind() == Kind.DAMAGED) {
                return false;
            }
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("the database reads no files of ours", e);
        }
    }

    /** Whether what its file holds is. */
    static boolean matches(FileParts file, BlobInfo info) {
        try {
            return matches(info.digests().get(0), info.length(), (position, into) -> {
                FileParts.Part part = file.part(position);
                int count = Math.min(part.length(), into.remaining());
                return file.channel().read(into.limit(into.position() + count), part.position());
            });
        } catch (IOException e) {
            throw Faults.of(Path.of("db"), "reading a table file", e);
        }
    }

    private static boolean matches(Digest expected, long length, Source source) throws IOException {
        Hasher hasher = new Hasher(List.of(expected.algorithm()));
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (long position = 0; position < length; ) {
            buffer.clear().limit((int) Math.min(BUFFER, length - position));
            int count = source.read(position, buffer);
            if (count <= 0) {
                return false;
            }
            hasher.update(buffer.array(), 0, count);
            position += count;
        }
        return hasher.finish().get(0).equals(expected);
    }
}
