package dev.assay.server;

/** The body must not be completed: what was begun did not verify. The message is for the log. */
public final class BodyCutException extends Exception {
    private static final long serialVersionUID = 1L;

    public BodyCutException(String message) {
        super(message);
    }
}
