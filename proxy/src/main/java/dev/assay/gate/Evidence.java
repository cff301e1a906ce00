package dev.assay.gate;

import dev.assay.upstream.Provenance;

/**
 * That a mirror served wrong bytes for an immutable path.
 *
 * @param signed what the bytes must be
 * @param found what they are
 * @param first the first bytes that came, in hex; {@code last} likewise
 */
record Evidence(
        String mirror, String path, String signed, String found, Provenance provenance, String first, String last) {}
