/**
 * Follows a canonical index that does not sign: sees its pages over TLS, remembers what it said, and signs that into a repository.
 *
 * <p>Start with {@link dev.assay.author.follow.Follower}. What holds throughout:
 *
 * <ul>
 *   <li>A file never changes: another digest under a name already seen is an alarm and is not signed; what was signed stays.
 *   <li>What the index takes away is revoked, reported and remembered.
 *   <li>Freshness is the index's: signing anew does not advance when a page was last seen there.
 *   <li>Memory that must not be lost is on the disk before the change is published; what only saves work, after it. So a crash
 *       at any place costs at most a page fetched twice.
 *   <li>Nothing but pages is downloaded, and core metadata where dependencies are asked for.
 * </ul>
 */
@NullMarked
package dev.assay.author.follow;

import org.jspecify.annotations.NullMarked;
