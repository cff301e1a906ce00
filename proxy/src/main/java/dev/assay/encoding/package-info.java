/**
 * Bytes to values and back: a JSON tree, strict parsing, plain and canonical writing.
 *
 * <p>What is parsed here may be hostile. A document is either taken whole and unambiguously (one meaning, whoever reads
 * it) or refused with a {@link dev.assay.encoding.JsonException} that names the byte; nothing is repaired. Trees are
 * immutable and keep every member, known or not, so that a signature over a document can be checked from the very tree
 * that the model is built from. Depth is bounded at {@link dev.assay.encoding.JsonValue#MAX_DEPTH} in every direction, so
 * no input exhausts the stack. Bounding the number of bytes is the caller's part, before it calls.
 *
 * <p>Start with {@link dev.assay.encoding.JsonReader} and {@link dev.assay.encoding.CanonicalJson}. Jackson is used in
 * this package and nowhere else.
 */
@NullMarked
package dev.assay.encoding;

import org.jspecify.annotations.NullMarked;
