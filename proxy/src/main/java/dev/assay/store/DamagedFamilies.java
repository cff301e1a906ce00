package dev.assay.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.WALRecoveryMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which families of a database have rotted, but for {@link Family#TABLES}, whose damage is that of single blobs. RocksDB refuses every
 * write from the moment on that it finds rot while it rewrites files, at each start again; so that is noted in a file beside the
 * database, and the next start gives up what is damaged.
 */
final class DamagedFamilies {
    private static final Logger log = LoggerFactory.getLogger(DamagedFamilies.class);

    private DamagedFamilies() {}

    private static Path note(Path database) {
        return database.resolveSibling("damaged");
    }

    /** Has the next start look for damage. */
    static void note(Path database, Exception cause) {
        try {
            Files.writeString(note(database), cause.getMessage() + "\n");
        } catch (IOException e) {
            log.warn("damage not noted for the next start folder={} cause={}", database, Faults.reason(e));
        }
    }

    /**
     * Drops what is damaged, where damage is noted; opening the database makes it again, empty.
     *
     * @param families all that the database has
     */
    static void giveUp(Path database, List<ColumnFamilyDescriptor> families) throws RocksDBException {
        if (!Files.exists(note(database))) {
            return;
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions().setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
                ColumnFamilyOptions still = new ColumnFamilyOptions().setDisableAutoCompactions(true)) {
            List<ColumnFamilyDescriptor> alone = families.stream()
                    .map(family -> new ColumnFamilyDescriptor(family.getName(), still))
                    .toList();
            try (RocksDB rocks = RocksDB.open(options, database.toString(), alone, handles)) {
                for (Family family : in(rocks, database)) {
                    log.warn("damaged rows are given up, to be fetched again family={} folder={}", family, database);
                    rocks.dropColumnFamily(handles.get(List.of(Family.values()).indexOf(family)));
                }
                handles.forEach(ColumnFamilyHandle::close);
            }
        }
        try {
            Files.delete(note(database));
        } catch (IOException e) {
            throw Faults.of(database, "deleting the note of damage", e);
        }
    }

    /** Reads every file of theirs. Without its records, the young rows are nobody's. */
    private static Set<Family> in(RocksDB rocks, Path folder) {
        Set<Family> damaged = EnumSet.noneOf(Family.class);
        for (LiveFileMetaData file : rocks.getLiveFilesMetaData()) {
            Optional<Family> family = family(file).filter(each -> each != Family.TABLES);
            if (family.isPresent() && !isIntact(folder.resolve(file.fileName().replaceFirst("^/", "")))) {
                damaged.add(family.get());
            }
        }
        if (damaged.contains(Family.RECORDS)) {
            damaged.add(Family.YOUNG);
        }
        return damaged;
    }

    /** Empty for one of an older format. */
    private static Optional<Family> family(LiveFileMetaData file) {
        return Arrays.stream(Family.values())
                .filter(family -> Arrays.equals(family.label(), file.columnFamilyName()))
                .findFirst();
    }

    private static boolean isIntact(Path table) {
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(table.toString());
            reader.verifyChecksum();
            return true;
        } catch (RocksDBException e) {
            log.warn("damaged table file file={} cause={}", table, e.getMessage());
            return false;
        }
    }
}
