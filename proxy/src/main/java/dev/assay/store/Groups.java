package dev.assay.store;

import dev.assay.store.BlobInfo.Place;
import dev.assay.store.StoreException.Kind;
import dev.assay.store.TableFiles.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;

/** Gives up table files that blobs share: what is left in them becomes young again. */
final class Groups {
    private final DiskBlobStore store;
    private final Database database;
    private final BlobRecords records;
    private final TableFiles tables;
    private final YoungRows young;
    private final ReadWriteLock recordLock;
    private final BufferPool buffers;

    Groups(
            DiskBlobStore store,
            Database database,
            BlobRecords records,
            TableFiles tables,
            YoungRows young,
            ReadWriteLock recordLock,
            BufferPool buffers) {
        this.store = store;
        this.database = database;
        this.records = records;
        this.tables = tables;
        this.young = young;
        this.recordLock = recordLock;
        this.buffers = buffers;
    }

    /**
     * Empties a group, blob by blob, so that its file is dropped with the last one, or with its last reader. What is in it becomes young
     * again. Only the last write is synced: what a crash takes back is still in the file.
     */
    void dissolve(Table group) {
        for (BlobInfo info : blobsIn(group)) {
            List<ByteBuffer> chunks = new ArrayList<>();
            boolean whole = readInto(chunks, info);
            move(info, whole ? Optional.of(chunks) : Optional.empty());
            chunks.forEach(buffers::give);
        }
    }

    /** Makes the blob young again, or forgets it when it is damaged. */
    private void move(BlobInfo info, Optional<List<ByteBuffer>> chunks) {
        recordLock.writeLock().lock();
        try {
            Optional<BlobInfo> current = records.find(info.digests().get(0));
            if (current.filter(found -> found.id() == info.id()).isEmpty()) {
                return;
            }
            Table left = tables.left(info).orElseThrow();
            BlobInfo moved = info.at(records.newId(), Place.NONE);
            database.write(left.blobs() == 0, batch -> {
                records.remove(batch, info);
                tables.change(batch, left);
                if (chunks.isPresent()) {
                    young.put(batch, moved, chunks.get());
                    records.put(batch, moved);
                }
            });
            if (chunks.isPresent()) {
                young.added(moved);
            }
            store.forgotten(info);
            tables.changed(left);
        } finally {
            recordLock.writeLock().unlock();
        }
    }

    /** The blobs that are in the group now. */
    private List<BlobInfo> blobsIn(Table group) {
        return records.between(group.first(), group.last()).stream()
                .filter(info -> info.place().table() == group.first())
                .toList();
    }

    /** Adds the bytes of a blob in direct buffers; false when it is damaged or gone. */
    private boolean readInto(List<ByteBuffer> chunks, BlobInfo info) {
        Optional<StoredBlob> opened = store.open(info);
        if (opened.isEmpty()) {
            return false;
        }
        try (StoredBlob blob = opened.get()) {
            for (int i = 0; i < info.chunks(); i++) {
                ByteBuffer chunk = buffers.take(info.chunkLength(i)).limit(info.chunkLength(i));
                chunks.add(chunk);
                int unused = blob.read((long) i * Layout.CHUNK, chunk);
                chunk.flip();
            }
            return true;
        } catch (StoreException e) {
            if (e.kind() == Kind.DAMAGED) {
                return false;
            }
            throw e;
        }
    }
}
