/**
 * The client workflow of TUF (section 5) around two ports, {@link dev.assay.trust.MetadataSource} and
 * {@link dev.assay.trust.MetadataStore}. Start with {@link dev.assay.trust.Updater}.
 *
 * <p>Invariants: readers see whole, verified sets only; expiry is checked at every use; what the store holds is verified again
 * when it is loaded; versions go down only where root's keys for timestamp or snapshot changed.
 */
@NullMarked
package dev.assay.trust;

import org.jspecify.annotations.NullMarked;
