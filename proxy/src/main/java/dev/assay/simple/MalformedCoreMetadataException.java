package dev.assay.simple;

/** The bytes are no core metadata, or contradict themselves. The message says where and what was expected; text from outside in it is escaped. */
public final class MalformedCoreMetadataException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedCoreMetadataException(String message) {
        super(message);
    }
}
