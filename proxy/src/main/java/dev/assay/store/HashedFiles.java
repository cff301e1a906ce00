package dev.assay.store;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which blobs may be handed out as parts of their table files: those whose bytes were hashed as they lie there, once in this process.
 * Thread-safe.
 */
final class HashedFiles {
    /** A shorter blob is read: opening a file for it costs more. */
    private static final int MIN_LENGTH = 256 << 10;
    /** Stored, and read twice: hashing what is read once would cost more than sending it from its file saves. */
    private static final int MIN_ASKED = 3;

    private static final Logger log = LoggerFactory.getLogger(HashedFiles.class);

    private final DiskBlobStore store;
    private final TableFiles tables;
    private final Eviction eviction;
    private final Keeper keeper;
    /** Ids of blobs by whether their bytes match; false until it is known. */
    private final ConcurrentHashMap<Long, Boolean> hashed = new ConcurrentHashMap<>();

    private final int maxOpenFiles;
    private final Semaphore mayOpen;

    HashedFiles(DiskBlobStore store, TableFiles tables, Eviction eviction, Keeper keeper, int maxOpenFiles) {
        this.maxOpenFiles = maxOpenFiles;
        this.mayOpen = new Semaphore(maxOpenFiles);
        this.store = store;
        this.tables = tables;
        this.eviction = eviction;
        this.keeper = keeper;
    }

    /** Whether parts of the blob's file may be handed out. When it is not known yet, it will be before long. */
    boolean vouchFor(BlobInfo info) {
        if (!info.place().inTable() || info.length() < MIN_LENGTH || eviction.frequency(info) < MIN_ASKED) {
            return false;
        }
        Boolean known = hashed.putIfAbsent(info.id(), false);
        if (known == null) {
            keeper.hash(() -> hash(info), Duration.ZERO);
        }
        return known != null && known;
    }

    private void hash(BlobInfo info) {
        Optional<StoredBlob> blob = store.open(info);
        if (blob.isEmpty()) {
            hashed.remove(info.id());
            return;
        }
        try (StoredBlob held = blob.get()) {
            if (matches(info)) {
                hashed.replace(info.id(), true);
            } else if (!BlobHashing.matches(held)) {
                held.forgetDamaged();
            } else {
                log.warn(
                        "stored file is not where its record says, so it is read digest={}",
                        info.digests().get(0));
            }
        }
    }

    private boolean matches(BlobInfo info) {
        Optional<FileParts> opened = open(info, 0, info.length());
        if (opened.isEmpty()) {
            return false;
        }
        try (FileParts file = opened.get()) {
            return BlobHashing.matches(file, info);
        }
    }

    /** Bytes of a blob in its file; it stays pinned until they are closed. Empty when too many files are open. */
    Optional<FileParts> open(BlobInfo info, long first, long length) {
        if (!mayOpen.tryAcquire()) {
            return Optional.empty();
        }
        tables.pin(info.id());
        Optional<FileParts> file = Optional.empty();
        try {
            file = tables.path(info.place().table())
                    .flatMap(path -> BlobFile.open(path, info, first, length, () -> closed(info)));
            return file;
        } finally {
            if (file.isEmpty()) {
                closed(info);
            }
        }
    }

    private void closed(BlobInfo info) {
        tables.unpin(info.id());
        mayOpen.release();
    }

    int openFiles() {
        return maxOpenFiles - mayOpen.availablePermits();
    }

    /** The blob is gone. */
    void forget(long id) {
        hashed.remove(id);
    }
}
