package dev.assay.gate;

import dev.assay.store.Blob;

/** How a signed file can be handed over. */
public sealed interface FileAnswer {
    /** Verified, and stored or about to be; the receiver closes the blob. */
    record Stored(Blob blob) implements FileAnswer {}

    /** Still being verified; the receiver closes the file. */
    record Early(EarlyFile file) implements FileAnswer {}

    /** For HEAD on a miss: its signed length, and no transfer begun. */
    record Announced(long length) implements FileAnswer {}
}
