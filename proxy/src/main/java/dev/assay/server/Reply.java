package dev.assay.server;

/** What a handler returns: an answer, or the wish to be asked again. */
public sealed interface Reply permits Response, Parked {}
