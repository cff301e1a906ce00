package dev.assay.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** The column families of the database. Their names are part of the data format. */
enum Family {
    /** RocksDB insists on one of this name; it stays empty. */
    DEFAULT("default"),
    /** Repository and role to TUF metadata, verbatim. */
    METADATA("metadata"),
    /** Digest to info record; which table files there are; whose each young or grouped blob is; the next blob id. */
    RECORDS("records"),
    /** Blob id and chunk number to bytes, of small blobs that are not grouped yet. */
    YOUNG("young"),
    /** Blob id and chunk number to bytes, in table files that we write and drop, and that RocksDB never rewrites. */
    TABLES("tables"),
    /** Repository and target path to last signed digest. */
    PATHS("paths");

    private final String label;

    Family(String label) {
        this.label = label;
    }

    byte[] label() {
        return label.getBytes(US_ASCII);
    }
}
