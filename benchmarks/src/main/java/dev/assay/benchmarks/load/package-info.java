/** Load on a server whatever it is, and how long its answers take. Start with {@link dev.assay.benchmarks.load.ConstantRate}. */
@NullMarked
package dev.assay.benchmarks.load;

import org.jspecify.annotations.NullMarked;
