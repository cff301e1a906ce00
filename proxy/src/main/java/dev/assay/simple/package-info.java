/**
 * The simple API (PEP 503, 592, 629, 658, 691, 700, 714, 740, 792): project names, names of distribution files, and project
 * pages as values that are parsed from bytes and written to bytes. Pure functions: no I/O, no clock, no log.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>What is rendered comes from the model alone; no byte of a parsed page reaches an answer unescaped.
 *   <li>A page that two installers could read differently (two files of one name, a file name that is not the one its URL
 *       ends in, a known field of a wrong type) is malformed as a whole, never repaired.
 *   <li>The same model always renders to the same bytes.
 *   <li>Work is linear in the input, and no regular expression is run on it.
 * </ul>
 *
 * <p>Start with {@link dev.assay.simple.ProjectPage}, then {@link dev.assay.simple.PageParser} and
 * {@link dev.assay.simple.PageRenderer}.
 */
@NullMarked
package dev.assay.simple;

import org.jspecify.annotations.NullMarked;
