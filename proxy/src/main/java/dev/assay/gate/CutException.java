package dev.assay.gate;

/** A response begun before verification must not be completed: the bytes it began with did not verify, or were replaced. */
public final class CutException extends Exception {
    private static final long serialVersionUID = 1L;

    CutException(String message) {
        super(message);
    }
}
