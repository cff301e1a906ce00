package dev.assay.store;

import dev.assay.crypto.Digest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A verified, stored blob, open for reading. Thread-safe. Close it: what is open is not deleted from the disk. Once the store is
 * closed, reading throws.
 */
public interface Blob extends AutoCloseable {
    /** Bytes. */
    long length();

    /** Every digest that was verified when it was stored; the first is the key it was stored under. */
    List<Digest> digests();

    /**
     * Fills {@code into} from {@code position} as far as both reach; returns the number of bytes read, at least 1 unless
     * {@code position == length()} or {@code into} is full. Blocking disk read: never on an event loop. Reads into direct
     * buffers that begin at a multiple of the chunk size copy least.
     *
     * @throws StoreException of kind DAMAGED when the bytes are not what was stored; the blob is then forgotten, so that the next
     *     {@link BlobStore#open} finds nothing and it can be fetched again
     */
    int read(long position, ByteBuffer into);

    /**
     * So many bytes from {@code position} on, at least 1, as they lie in a file, for whoever can have the kernel send them; empty when
     * they have to be {@link #read}. Whoever gets them closes them, before the blob or after. A blob's bytes were hashed again, as they
     * lie in the file, before this process first gives them out so. May block on the disk.
     */
    default Optional<FileParts> file(long position, long length) {
        return Optional.empty();
    }

    /** Lets go; a second call does nothing. */
    @Override
    void close();
}
