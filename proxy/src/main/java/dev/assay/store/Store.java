package dev.assay.store;

import dev.assay.crypto.Digest;
import dev.assay.trust.MetadataStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data folder, open: one database and the files beside it. Everything handed out stops working, by throwing {@link
 * StoreException}, when the store is closed. Thread-safe.
 */
public final class Store implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Store.class);

    private final DataFolder folder;
    private final Database database;
    private final Keeper keeper;
    private final DiskBlobStore blobs;
    private final ConcurrentHashMap<String, MetadataStore> repositories = new ConcurrentHashMap<>();

    private Store(DataFolder folder, Database database, Keeper keeper, DiskBlobStore blobs) {
        this.folder = folder;
        this.database = database;
        this.keeper = keeper;
        this.blobs = blobs;
    }

    /**
     * Opens the data folder, creating it when it is not there, and removes what a crash left unfinished.
     *
     * @throws StoreException of kind LOCKED, NOT_WRITABLE, TOO_NEW, DAMAGED or FULL, with the remedy in its message
     */
    public static Store open(StoreOptions options) {
        DataFolder folder = DataFolder.open(options.folder());
        boolean opened = false;
        try {
            Store store = openMended(folder, options);
            opened = true;
            log.info("store opened folder={} format={}", options.folder(), DataFolder.FORMAT);
            return store;
        } finally {
            if (!opened) {
                folder.close();
            }
        }
    }

    /** Rows that can't be read are noted by the first try, and given up by the second. */
    private static Store openMended(DataFolder folder, StoreOptions options) {
        try {
            return open(folder, options);
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.DAMAGED) {
                throw e;
            }
            return open(folder, options);
        }
    }

    private static Store open(DataFolder folder, StoreOptions options) {
        Keeper keeper = new Keeper();
        Database database = null;
        boolean opened = false;
        try {
            database = Database.open(folder.database(), options.cacheBytes());
            DiskBlobStore blobs = new DiskBlobStore(database, folder.staging(), keeper, options);
            Store store = new Store(folder, database, keeper, blobs);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                keeper.close();
                if (database != null) {
                    database.close();
                }
            }
        }
    }

    /** The blobs. */
    public BlobStore blobs() {
        return blobs;
    }

    /** How much there is, and what became of the rest. Touches no disk. */
    public StoreFigures figures() {
        return blobs.figures();
    }

    /** What target paths were last signed as by one repository, by its name in the configuration. */
    public SignedPaths signedPaths(String repository) {
        return new SignedPaths(database, repository);
    }

    /** The paths that were last signed as one of these digests, by whatever repository. Takes a moment. */
    public List<String> pathsSignedAs(List<Digest> digests) {
        return SignedPaths.signedAs(database, digests);
    }

    /** Has this told of each file that the scrubber found damaged, by its digests, once it is forgotten; on the hashing thread. */
    public void onRotten(Consumer<List<Digest>> told) {
        blobs.scrubber().onRotten(told);
    }

    /**
     * The metadata of one repository; the same object at each call.
     *
     * @param repository its name in the configuration
     * @throws StoreException of kind DAMAGED when its version floors can't be read, or are missing though it has metadata:
     *     do not start
     */
    public MetadataStore metadata(String repository) {
        return repositories.computeIfAbsent(
                repository, name -> new DatabaseMetadata(database, name, folder.floors(name)));
    }

    /** The files with the version floors of repositories other than these: of one that was renamed or is no longer configured. */
    public List<Path> floorsOfOthers(Set<String> repositories) {
        return folder.floorsOfOthers(repositories);
    }

    /** Waits for the calls in progress, makes everything durable and lets go of the folder. A second call does nothing. */
    @Override
    public void close() {
        blobs.close();
        keeper.close();
        try {
            database.close();
        } finally {
            folder.close();
        }
    }
}
