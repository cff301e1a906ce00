package dev.assay.author.follow;

/** What became of the wish that a project be followed. */
public sealed interface Wished {
    /** What the index says of it is published. */
    record Signed() implements Wished {}

    /** The index has no such project. */
    record Unknown() implements Wished {}

    /** It is not looked at, by what {@link Growth} says; the reason is one line for a person. */
    record Refused(String reason) implements Wished {}
}
