/** What a pass of a follower takes; {@code benchmarks/follow.sh} runs {@link dev.assay.benchmarks.follow.Passes}. */
@NullMarked
package dev.assay.benchmarks.follow;

import org.jspecify.annotations.NullMarked;
