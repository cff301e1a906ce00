package dev.assay.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * The database's options: bounded memory, two cores, values that don't compress. Owns the native objects behind them, which
 * must outlive the database; {@link #close} frees them in reverse order of creation.
 *
 * <p>Files are read with plain reads, not memory-mapped: mapped pages count as the process's resident memory. Chunks read whole
 * bypass the block cache, as the page cache has them already. A filter on each file tells which keys it has: without it a look-up
 * reads a block of every young file, so that rot in one blob would show in others.
 */
final class Tuning implements AutoCloseable {
    private static final long SMALL_BUFFER = 2L << 20;
    /** Holds a group of young rows and those that come in while it is written out, so that they are written to the log alone. */
    private static final long YOUNG_BUFFER = 2 * Layout.GROUP_BYTES;

    private static final long MAX_LOG = 4 * Layout.GROUP_BYTES;
    private static final double FILTER_BITS = 16;
    private static final int MAX_OPEN_FILES = 512;
    /** Few shards: by default each is smaller than a chunk, and a chunk read in part was read anew for every part. */
    private static final int CACHE_SHARD_BITS = 1;

    private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();
    private final BlockBasedTableConfig table;
    /** A block is as small as can be, so that each row, however short, is one. */
    private final BlockBasedTableConfig chunkPerBlock;

    final DBOptions database;
    final WriteOptions synced;
    final WriteOptions logged;
    final ReadOptions caching;
    final ReadOptions passing;
    final IngestExternalFileOptions moving;

    Tuning(long cacheBytes) {
        Cache cache = own(new LRUCache(cacheBytes, CACHE_SHARD_BITS));
        table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(own(new BloomFilter(FILTER_BITS)))
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        chunkPerBlock =
                new BlockBasedTableConfig().setBlockCache(cache).setBlockSize(1).setCacheIndexAndFilterBlocks(true);
        database = own(new DBOptions())
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setMaxTotalWalSize(MAX_LOG)
                .setMaxOpenFiles(MAX_OPEN_FILES)
                .setMaxBackgroundJobs(2)
                .setBytesPerSync(1 << 20)
                .setWalBytesPerSync(1 << 20)
                .setSkipStatsUpdateOnDbOpen(true)
                .setStatsDumpPeriodSec(0)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(2);
        synced = own(new WriteOptions()).setSync(true);
        logged = own(new WriteOptions());
        caching = own(new ReadOptions()).setVerifyChecksums(true);
        passing = own(new ReadOptions()).setVerifyChecksums(true).setFillCache(false);
        moving = own(new IngestExternalFileOptions())
                .setMoveFiles(true)
                .setSnapshotConsistency(false)
                .setAllowGlobalSeqNo(false)
                .setAllowBlockingFlush(false);
    }

    List<ColumnFamilyDescriptor> families() {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (Family family : Family.values()) {
            descriptors.add(new ColumnFamilyDescriptor(family.label(), options(family)));
        }
        return descriptors;
    }

    private ColumnFamilyOptions options(Family family) {
        ColumnFamilyOptions options = own(new ColumnFamilyOptions()).setCompressionType(CompressionType.NO_COMPRESSION);
        return switch (family) {
            case TABLES -> options.setTableFormatConfig(chunkPerBlock).setDisableAutoCompactions(true);
            case YOUNG -> options.setTableFormatConfig(table).setWriteBufferSize(YOUNG_BUFFER);
            case DEFAULT, METADATA, RECORDS, PATHS ->
                options.setTableFormatConfig(table).setWriteBufferSize(SMALL_BUFFER);
        };
    }

    private <T extends AbstractNativeReference> T own(T reference) {
        owned.push(reference);
        return reference;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }
}
