package dev.assay.store;

/** A local fault: disk full, damaged data, a folder that can't be written. The message says what to do where a person must act. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What the caller can do about it. */
    public enum Kind {
        /** Another process holds the folder. */
        LOCKED,
        /** No space left: serve what is stored, store nothing. */
        FULL,
        /** The folder is not writable or is no folder. */
        NOT_WRITABLE,
        /** State that must not be trusted. */
        DAMAGED,
        /** Written by a newer version. */
        TOO_NEW,
        /** Anything else that the disk or the database reports. */
        IO
    }

    private final Kind kind;

    public StoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public StoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
