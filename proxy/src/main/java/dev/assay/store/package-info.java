/**
 * Durable bytes: TUF metadata with its version floors, verified blobs, and which paths were signed. Begin at {@link
 * dev.assay.store.Store}; {@link dev.assay.store.FolderMetadataStore} keeps metadata in a plain folder instead.
 *
 * <p>What holds:
 * <ul>
 *   <li>A blob exists only once its info record is synced, and the record is written in one batch with, or after, the bytes that
 *       it speaks of. What a crash leaves unfinished is removed at the next start.
 *   <li>Nothing here is trusted but the version floors. Damage to those is refused, with the remedy; damage to a blob makes it
 *       absent.
 *   <li>Memory is bounded by {@link dev.assay.store.StoreOptions}, not by the size of blobs or the number of readers.
 *   <li>Everything blocks, nothing is called from an event loop, and use after close throws.
 * </ul>
 *
 * <p>RocksDB is imported here and nowhere else.
 */
@NullMarked
package dev.assay.store;

import org.jspecify.annotations.NullMarked;
