package dev.assay.store;

import static dev.assay.store.TestBlobs.content;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YoungRowsTest {
    @TempDir
    Path folder;

    private Path db;
    private Path staging;

    @BeforeEach
    void makeFolders() throws IOException {
        db = Files.createDirectory(folder.resolve("db"));
        staging = Files.createDirectory(folder.resolve("staging"));
    }

    @Test
    void groupThatCouldNotBeRecordedIsRecordedByTheNextTry() {
        FailingLock lock = new FailingLock();
        try (Keeper keeper = new Keeper();
                Database database = Database.open(db, 4 << 20)) {
            BlobRecords records = new BlobRecords(database);
            TableFiles tables = new TableFiles(database, staging, keeper);
            YoungRows young = new YoungRows(database, records, tables, keeper, lock, Layout.GROUP_BYTES);
            BlobInfo first = add(database, records, young, content(1, 500));

            lock.countdown = 2; // the first look is for the end of the group, the second for recording it
            assertThrowsKind(Kind.FULL, young::group);
            assertThat(tables.blobs()).isZero();
            BlobInfo second = add(database, records, young, content(2, 700));
            young.group();
            assertThat(tables.blobs()).isEqualTo(1);
            assertThat(records.find(first.digests().get(0))
                            .orElseThrow()
                            .place()
                            .inTable())
                    .isTrue();

            young.group();
            assertThat(tables.blobs()).isEqualTo(2);
            assertThat(young.bytes()).isZero();
            assertThat(records.find(second.digests().get(0))
                            .orElseThrow()
                            .place()
                            .inTable())
                    .isTrue();
        }
    }

    private static BlobInfo add(Database database, BlobRecords records, YoungRows young, byte[] content) {
        BlobInfo info = new BlobInfo(records.newId(), content.length, BlobInfo.Place.NONE, List.of(sha256(content)));
        ByteBuffer chunk =
                ByteBuffer.allocateDirect(content.length).put(content).flip();
        database.write(true, batch -> {
            young.put(batch, info, List.of(chunk));
            records.put(batch, info);
        });
        young.added(info);
        return info;
    }

    /** Fails as a write to a full disk does, once: when it is taken the {@code countdown}th time. */
    private static final class FailingLock extends ReentrantReadWriteLock {
        private static final long serialVersionUID = 1L;

        int countdown;

        @Override
        public WriteLock writeLock() {
            // Each use asks twice: to lock and to unlock.
            if (getWriteHoldCount() == 0 && --countdown == 0) {
                throw new StoreException(Kind.FULL, "no space left");
            }
            return super.writeLock();
        }
    }
}
