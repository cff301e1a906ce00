package dev.assay.server;

import java.util.Optional;

/** Answers requests. One handler serves every connection, so it is safe for use by many threads. */
@FunctionalInterface
public interface Handler {
    /**
     * Answers, or asks to be asked again. Runs on a serving worker; may block on the disk, never on the network. What it throws
     * becomes a 500 that tells the client nothing but the request's id.
     */
    Reply handle(Request request);

    /**
     * The answer when all of it is in memory already, empty when a worker has to look for it. Runs on the event loop before
     * {@link #handle}, so it must neither block nor compute: a look into a map, and headers.
     */
    default Optional<Response> answerInMemory(Request request) {
        return Optional.empty();
    }
}
