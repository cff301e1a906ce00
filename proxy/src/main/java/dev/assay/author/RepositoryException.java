package dev.assay.author;

/**
 * The repository can't do what was asked, and has changed nothing that readers see. The message is one line for a person: what
 * was found, what was expected, and what to do.
 */
public final class RepositoryException extends Exception {
    private static final long serialVersionUID = 1L;

    public RepositoryException(String message) {
        super(message);
    }

    public RepositoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
