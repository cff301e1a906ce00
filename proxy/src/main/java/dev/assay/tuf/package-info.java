/**
 * The TUF specification 1.0.x as pure functions over bytes and an {@code Instant}: no I/O, no clock, no log.
 *
 * <p>Metadata is parsed once into a tree; signatures are verified over the canonical form of that tree's {@code signed} member,
 * and the model is read from the same member, only after they were. Start with {@link dev.assay.tuf.TrustedSet}: the rules of
 * the client workflow for the top-level roles, and, as a static function, for delegated ones.
 */
@NullMarked
package dev.assay.tuf;

import org.jspecify.annotations.NullMarked;
