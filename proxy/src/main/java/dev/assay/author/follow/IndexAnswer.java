package dev.assay.author.follow;

import dev.assay.upstream.Representation;

/** What an index answered when it was asked for a project's page. */
sealed interface IndexAnswer {
    /** What was seen last is current. */
    record Unchanged() implements IndexAnswer {}

    /** There is no such project. */
    record Missing() implements IndexAnswer {}

    /** A page. */
    record Sent(IndexPage page) implements IndexAnswer {
        Representation representation() {
            return page.sent();
        }
    }

    /** Nothing was learnt; the reason is one line for a person, and may hold text from outside. */
    record Failed(String reason) implements IndexAnswer {}
}
