package dev.assay.store;

import dev.assay.store.BlobInfo.Place;
import dev.assay.store.StoreException.Kind;
import dev.assay.store.TableFiles.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;

/** Gives up table files that blobs share: what is left in them becomes young again, in one write. */
final class Groups {
    private final DiskBlobStore store;
    private final Database database;
    private final BlobRecords records;
    private final TableFiles tables;
    private final YoungRows young;
    private final ReadWriteLock recordLock;

    Groups(
            DiskBlobStore store,
            Database database,
            BlobRecords records,
            TableFiles tables,
            YoungRows young,
            ReadWriteLock recordLock) {
        this.store = store;
        this.database = database;
        this.records = records;
        this.tables = tables;
        this.young = young;
        this.recordLock = recordLock;
    }

    /** A blob on its way out of the group, with its bytes. */
    private record Moved(BlobInfo info, List<ByteBuffer> chunks) {}

    /** Empties a group, so that its file is dropped now or with its last reader. What is in it becomes young again. */
    void dissolve(Table group) {
        Map<Long, List<ByteBuffer>> kept = new HashMap<>();
        for (BlobInfo info : blobsIn(group)) {
            chunks(info).ifPresent(chunks -> kept.put(info.id(), chunks));
        }
        recordLock.writeLock().lock();
        try {
            Optional<Table> current = tables.table(group.first());
            if (current.isEmpty()) {
                return;
            }
            List<BlobInfo> all = blobsIn(group);
            List<Moved> moved = new ArrayList<>();
            for (BlobInfo info : all) {
                List<ByteBuffer> chunks = kept.get(info.id());
                if (chunks != null) {
                    moved.add(new Moved(info.at(records.newId(), Place.NONE), chunks));
                }
            }
            Table emptied = current.get().emptied();
            database.write(true, batch -> {
                for (BlobInfo info : all) {
                    records.remove(batch, info);
                }
                tables.change(batch, emptied);
                for (Moved blob : moved) {
                    young.put(batch, blob.info(), blob.chunks());
                    records.put(batch, blob.info());
                }
            });
            moved.forEach(blob -> young.added(blob.info()));
            all.forEach(store::forgotten);
            tables.changed(emptied);
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

    /** The bytes of a blob in direct buffers; empty when it is damaged or gone. */
    private Optional<List<ByteBuffer>> chunks(BlobInfo info) {
        Optional<StoredBlob> opened = store.open(info);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        List<ByteBuffer> chunks = new ArrayList<>();
        try (StoredBlob blob = opened.get()) {
            for (int i = 0; i < info.chunks(); i++) {
                ByteBuffer chunk = ByteBuffer.allocateDirect(info.chunkLength(i));
                int unused = blob.read((long) i * Layout.CHUNK, chunk);
                chunks.add(chunk.flip());
            }
            return Optional.of(chunks);
        } catch (StoreException e) {
            if (e.kind() == Kind.DAMAGED) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
