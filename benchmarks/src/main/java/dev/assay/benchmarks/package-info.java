/** Benchmarks of the inner loops (JMH). {@code benchmarks/README.md} has the commands. */
@NullMarked
package dev.assay.benchmarks;

import org.jspecify.annotations.NullMarked;
