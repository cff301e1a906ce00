package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.store.BlobInfo.Place;
import dev.assay.store.StoreException.Kind;
import dev.assay.store.TableFiles.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * Makes blobs exist, each way durably: as a table file that is taken into the database and recorded then, or as young rows in one batch
 * with their records.
 *
 * <p>Young rows share the lock, so that the disk syncs many at once; whatever changes a table file's row has it alone. When two commit the
 * same blob at the same time, the later record stays, and the bytes of the other are never looked at.
 */
final class Commits {
    private final Database database;
    private final BlobRecords records;
    private final TableFiles tables;
    private final YoungRows young;
    private final Eviction eviction;
    private final ReadWriteLock recordLock;

    Commits(
            Database database,
            BlobRecords records,
            TableFiles tables,
            YoungRows young,
            Eviction eviction,
            ReadWriteLock recordLock) {
        this.database = database;
        this.records = records;
        this.tables = tables;
        this.young = young;
        this.eviction = eviction;
        this.recordLock = recordLock;
    }

    /** Stores a blob that was staged in a file. */
    void large(TableWriter file, BlobInfo info) {
        long bytes = file.finish();
        tables.ingest(file);
        record(List.of(info), bytes);
    }

    /** Stores blobs as young rows. */
    void asRows(List<SmallBlob> blobs) {
        recordLock.readLock().lock();
        try {
            Map<BlobInfo, SmallBlob> placed = new LinkedHashMap<>();
            for (SmallBlob blob : blobs) {
                placed.put(new BlobInfo(records.newId(), blob.length(), Place.NONE, blob.digests()), blob);
            }
            List<BlobInfo> fresh = fresh(List.copyOf(placed.keySet()));
            if (!fresh.isEmpty()) {
                database.write(true, batch -> {
                    for (BlobInfo info : fresh) {
                        young.put(
                                batch,
                                info,
                                Objects.requireNonNull(placed.get(info)).chunks());
                        records.put(batch, info);
                    }
                });
            }
            fresh.forEach(young::added);
            fresh.forEach(eviction::asked);
            placed.keySet().removeAll(fresh);
            placed.keySet().forEach(this::extendStored);
        } finally {
            recordLock.readLock().unlock();
        }
    }

    /** Stores blobs with a byte or more as one table file. */
    void inOneFile(List<SmallBlob> blobs) {
        long first = Layout.straightToFile(records.newIds(blobs.size()));
        List<BlobInfo> infos = new ArrayList<>();
        long bytes;
        try (TableWriter file = tables.begin(first)) {
            try {
                for (SmallBlob blob : blobs) {
                    infos.add(write(file, first, first + infos.size(), blob));
                }
                bytes = file.finish();
                tables.ingest(file);
            } catch (RuntimeException | Error e) {
                file.delete();
                throw e;
            }
        }
        record(infos, bytes);
    }

    private static BlobInfo write(TableWriter file, long table, long id, SmallBlob blob) {
        int first = file.chunks();
        for (int i = 0; i < blob.chunks().size(); i++) {
            file.put(id, i, blob.chunks().get(i));
        }
        return new BlobInfo(id, blob.length(), file.place(table, first, blob.length()), blob.digests());
    }

    /** Makes the blobs of an ingested file exist, which are all that are in it; drops the file when that fails or none is new. */
    private void record(List<BlobInfo> infos, long bytes) {
        long first = infos.get(0).id();
        long last = infos.get(infos.size() - 1).id();
        boolean recorded = false;
        recordLock.writeLock().lock();
        try {
            List<BlobInfo> fresh = fresh(infos);
            if (!fresh.isEmpty()) {
                long live = fresh.stream().mapToLong(BlobInfo::length).sum();
                Table table = new Table(first, last, bytes, fresh.size(), live);
                database.write(true, batch -> {
                    tables.change(batch, table);
                    for (BlobInfo info : fresh) {
                        records.put(batch, info);
                    }
                });
                recorded = true;
                tables.changed(table);
                fresh.forEach(eviction::asked);
            }
            infos.stream().filter(info -> !fresh.contains(info)).forEach(this::extendStored);
        } finally {
            recordLock.writeLock().unlock();
            if (!recorded) {
                tables.giveUp(first, last);
            }
        }
    }

    /** Those with no digest that is stored, or that one before them has. */
    private List<BlobInfo> fresh(List<BlobInfo> infos) {
        Set<Digest> before = new HashSet<>();
        List<BlobInfo> fresh = new ArrayList<>();
        for (BlobInfo info : infos) {
            boolean known = info.digests().stream()
                    .anyMatch(digest ->
                            before.contains(digest) || records.find(digest).isPresent());
            before.addAll(info.digests());
            if (!known) {
                fresh.add(info);
            }
        }
        return fresh;
    }

    /** A blob with one of these digests exists already: it gets the others too, and is the one that stays. */
    private void extendStored(BlobInfo info) {
        BlobInfo stored = info.digests().stream()
                .map(records::find)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
        if (stored.length() != info.length()) {
            throw new StoreException(
                    Kind.DAMAGED,
                    "a blob of " + info.length() + " bytes has a digest of one that has " + stored.length() + ": "
                            + stored.digests());
        }
        List<Digest> missing = info.digests().stream()
                .filter(digest -> records.find(digest).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            BlobInfo extended = stored.with(missing);
            database.write(true, batch -> records.put(batch, extended));
        }
    }
}
