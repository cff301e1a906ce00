/**
 * The two use cases: a project page, verified, and a file, verified.
 *
 * <p>Role: joins trust (what the bytes must be) with store and upstream (where bytes are). Invariants: trust is resolved first
 * and the bytes found then, never the other way round; nothing is stored before it is verified; a response that began before
 * verification completes only from the very bytes it began with, and its tail only after they verified; every wait has a
 * deadline and holds no thread. Start with {@link dev.assay.gate.Index} and {@link
 * dev.assay.gate.Distributions#open}.
 */
@NullMarked
package dev.assay.gate;

import org.jspecify.annotations.NullMarked;
