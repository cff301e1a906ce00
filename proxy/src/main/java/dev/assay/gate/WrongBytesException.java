package dev.assay.gate;

/** The bytes that a mirror served do not match what is signed; the message says what was found and what is signed. */
final class WrongBytesException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongBytesException(String found) {
        super(found);
    }
}
