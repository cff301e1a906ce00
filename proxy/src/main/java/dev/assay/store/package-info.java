/**
 * Durable bytes: TUF metadata with its version floors, verified blobs, and which paths were signed. Begin at {@link
 * dev.assay.store.Store}; {@link dev.assay.store.FolderMetadataStore} keeps metadata in a plain folder instead.
 *
 * <pre>
 * data folder
 *   damaged              there when rot was met in db/, until the next start
 *   format, lock         the format's version; one process at a time
 *   floors/              version floors, one small file a repository, the one thing here that is trusted
 *   staging/7.sst        a large file while it is fetched and hashed: a table file, not yet the database's
 *   db/                  RocksDB
 *     metadata, paths      TUF metadata; what paths were last signed as
 *     records              digest → id, length, where its bytes lie; one row for each table file
 *     young                (id, chunk) → bytes of small blobs, in the log and in memory
 *     tables               (id, chunk) → bytes, in files that are ingested whole and dropped whole:
 *
 *        large blob          [chunk 0 | chunk 1 | … | chunk n | index]   moved here from staging/, then recorded
 *        group               [a 0 | b 0 | b 1 | c 0 | … | index]         written from young, or from memory, once there is enough of it
 * </pre>
 *
 * <p>What holds:
 * <ul>
 *   <li>A blob exists only once its info record is synced, and the record is written in one batch with, or after, the bytes that
 *       it speaks of. What a crash leaves unfinished is removed at the next start.
 *   <li>A large blob is written once, and so are small ones of which enough come at once; what trickles in is written twice. RocksDB
 *       never rewrites a table file, so that a chunk stays where the record says, rot can't stop it from writing, and deleting gives
 *       space back at once. A group of which a quarter is deleted is given up: what is left in it becomes young again.
 *   <li>Nothing here is trusted but the version floors. Damage to those is refused, with the remedy; damage to a blob makes it
 *       absent.
 *   <li>Rot elsewhere in the database stops RocksDB from writing when it meets it. The store is then like a disk that takes no writes,
 *       and the next start gives up the rows of that kind: {@link dev.assay.store.DamagedFamilies}.
 *   <li>Memory is bounded by {@link dev.assay.store.StoreOptions}, not by the size of blobs or the number of readers.
 *   <li>Everything blocks, nothing is called from an event loop, and use after close throws.
 * </ul>
 *
 * <p>RocksDB is imported here and nowhere else.
 */
@NullMarked
package dev.assay.store;

import org.jspecify.annotations.NullMarked;
