/**
 * A PyPI of any size that is computed, not stored, and what our client and proxy pay for it. Start with
 * {@link dev.assay.benchmarks.pypi.Scale}, which {@code benchmarks/scale.sh} runs.
 *
 * <p>The index is real to a client: every page, file and bin is signed, and its content follows from its name alone. It runs in a
 * process of its own, so that its time and memory are not counted.
 */
@NullMarked
package dev.assay.benchmarks.pypi;

import org.jspecify.annotations.NullMarked;
