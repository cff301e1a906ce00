package dev.assay.simple;

/** The bytes are no project page, or one past the stated bounds. The message says where and what was expected; text from outside in it is escaped. */
public final class MalformedPageException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedPageException(String message) {
        super(message);
    }
}
