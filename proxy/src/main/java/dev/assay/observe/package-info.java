/**
 * What operators see: metrics for Prometheus and the audit log.
 *
 * <p>Role: the one place that names every metric and every audit event; nothing here decides anything. Invariant: what comes
 * from outside appears in labels only as one of a bounded set of values. Start with {@link dev.assay.observe.Metrics}.
 */
@NullMarked
package dev.assay.observe;

import org.jspecify.annotations.NullMarked;
