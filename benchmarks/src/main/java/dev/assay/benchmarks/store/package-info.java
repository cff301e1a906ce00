/** What the store keeps of a trace of downloads: begin at {@link dev.assay.benchmarks.store.HitRatios}. */
@NullMarked
package dev.assay.benchmarks.store;

import org.jspecify.annotations.NullMarked;
