package dev.assay.gate;

/** What a request wants of a file. */
public enum Wanted {
    /** Only its length and headers. */
    HEAD,
    /** All of it, from the first byte. */
    WHOLE,
    /** A part: answered only from verified, stored bytes. */
    RANGE
}
