package dev.assay.author;

/** Hears how far a long piece of work is; called often, by the thread that works. */
@FunctionalInterface
public interface Progress {
    /** For callers that don't wait. */
    Progress NONE = (what, done, total) -> {};

    /** {@code what} is a plural noun phrase with a participle, such as {@code files read}; {@code done} counts from 1. */
    void at(String what, int done, int total);
}
