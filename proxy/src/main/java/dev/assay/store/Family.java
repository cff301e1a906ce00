package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The column families of the database. Their names are part of the data format. */
enum Family {
    /** RocksDB insists on one of this name; it stays empty. */
    DEFAULT("default"),
    /** Repository and role to TUF metadata, verbatim. */
    METADATA("metadata"),
    /** Digest to info record; what is being staged or deleted; the next blob id. */
    BLOBS("blobs"),
    /** Blob id and chunk number to bytes. */
    CHUNKS("chunks"),
    /** Target path to last signed digest. */
    PATHS("paths");

    private final String label;

    Family(String label) {
        this.label = label;
    }

    byte[] label() {
        return label.getBytes(US_ASCII);
    }
}
