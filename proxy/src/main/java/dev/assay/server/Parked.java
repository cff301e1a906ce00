package dev.assay.server;

import java.util.function.Consumer;

/**
 * The request waits, without a thread, for something: the server hands {@code subscribe} a wake-up and submits the request to a
 * serving worker again when it runs. The handler sets the deadline itself by waking up at it; the same {@link Request} object
 * comes back, so that a handler can keep what it knows of it under its id.
 */
public record Parked(Consumer<Runnable> subscribe) implements Reply {}
