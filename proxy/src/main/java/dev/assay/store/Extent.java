package dev.assay.store;

/** The chunks of one blob while somebody uses them. Its fields change only inside {@link ChunkRows}, under the map's lock. */
final class Extent {
    final long id;
    final int chunkBytes;

    int references = 1;
    /** To be deleted by the last release. */
    boolean doomed;
    /** Whether there is any row to delete. */
    boolean written;

    Extent(long id, int chunkBytes, boolean written) {
        this.id = id;
        this.chunkBytes = chunkBytes;
        this.written = written;
    }
}
