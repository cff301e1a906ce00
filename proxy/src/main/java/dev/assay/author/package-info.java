/**
 * Makes and keeps TUF repositories of Python packages: keys, bins, signing and publishing, as a static tree that any web
 * server can serve.
 *
 * <p>Start with {@link dev.assay.author.Repository}. What holds throughout:
 *
 * <ul>
 *   <li>What is published is the only state. It is read back and verified from the pinned root before anything is
 *       changed; neither a cache nor a database stands beside it.
 *   <li>Nothing becomes visible to readers but by one rename, of {@code timestamp.json} (or of the next root); a crash
 *       before it leaves the old state whole.
 *   <li>Private keys stay outside the served folder, encrypted, and those of {@code root}, {@code targets} and {@code
 *       bins} may be absent: they are asked for only by what needs them.
 *   <li>A distribution is believed only when its name, its archive and its metadata say the same.
 * </ul>
 */
@NullMarked
package dev.assay.author;

import org.jspecify.annotations.NullMarked;
