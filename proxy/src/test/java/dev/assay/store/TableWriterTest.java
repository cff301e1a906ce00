package dev.assay.store;

import static dev.assay.store.TestBlobs.CHUNK;
import static dev.assay.store.TestBlobs.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;
import org.rocksdb.TableProperties;

/** What we write, as RocksDB itself reads it. */
class TableWriterTest {
    private static final int[] LENGTHS = {0, 1, 127, 128, 16_383, 16_384, CHUNK, CHUNK, 5};

    @TempDir
    Path folder;

    private final List<Long> positions = new ArrayList<>();

    @BeforeAll
    static void load() {
        NativeLibrary.load();
    }

    @Test
    void rocksFindsEachRowAndTheChecksumsRight() throws RocksDBException {
        Path file = written();
        try (Options options = new Options();
                SstFileReader reader = new SstFileReader(options);
                ReadOptions read = new ReadOptions().setVerifyChecksums(true)) {
            reader.open(file.toString());
            reader.verifyChecksum();
            TableProperties properties = reader.getTableProperties();
            assertThat(properties.getNumEntries()).isEqualTo(LENGTHS.length);
            assertThat(properties.getNumDataBlocks()).isEqualTo(LENGTHS.length);
            try (SstFileReaderIterator rows = reader.newIterator(read)) {
                rows.seekToFirst();
                for (int number = 0; number < LENGTHS.length; number++) {
                    assertThat(rows.key()).isEqualTo(Layout.key(7, number));
                    assertThat(rows.value()).isEqualTo(content(number, LENGTHS[number]));
                    rows.next();
                }
                assertThat(rows.isValid()).isFalse();
                rows.status();
                rows.seek(Layout.key(7, 6));
                assertThat(rows.value()).isEqualTo(content(6, CHUNK));
            }
        }
    }

    @Test
    void eachFlippedByteOfARowIsFoundByItsChecksum() throws IOException, RocksDBException {
        Path file = written();
        long first = positions.get(4) - Layout.headBytes(LENGTHS[4]);
        for (long at : new long[] {first, first + 3, positions.get(4), positions.get(4) + LENGTHS[4] + 9}) {
            flip(file, at);
            try (Options options = new Options();
                    SstFileReader reader = new SstFileReader(options)) {
                reader.open(file.toString());
                assertThatThrownBy(reader::verifyChecksum).isInstanceOf(RocksDBException.class);
            }
            flip(file, at);
        }
    }

    @Test
    void valuesLieWhereTheWriterSays() throws IOException {
        byte[] bytes = Files.readAllBytes(written());
        for (int number = 0; number < LENGTHS.length; number++) {
            byte[] value = new byte[LENGTHS[number]];
            ByteBuffer.wrap(bytes)
                    .position(Math.toIntExact(positions.get(number)))
                    .get(value);
            assertThat(value).isEqualTo(content(number, value.length));
        }
    }

    @Test
    void blobLiesWhereItsFirstChunkDoesAndTheOthersAsFarApartAsTheFirstTwo() {
        try (TableWriter writer = new TableWriter(folder.resolve("8.sst"))) {
            writer.put(8, 0, ByteBuffer.wrap(content(0, 10)));
            writer.put(9, 0, ByteBuffer.wrap(content(1, Layout.CHUNK)));
            writer.put(9, 1, ByteBuffer.wrap(content(2, 20)));

            assertThat(writer.place(8, 0, 10)).isEqualTo(new BlobInfo.Place(8, writer.position(0, 10), 0));
            BlobInfo.Place two = writer.place(8, 1, Layout.CHUNK + 20);
            BlobInfo info = new BlobInfo(9, Layout.CHUNK + 20, two, List.of(TestBlobs.sha256(content(1, 10))));
            assertThat(info.position(0)).isEqualTo(writer.position(1, Layout.CHUNK));
            assertThat(info.position(1)).isEqualTo(writer.position(2, 20));
        }
    }

    private Path written() {
        Path file = folder.resolve("7.sst");
        try (TableWriter writer = new TableWriter(file)) {
            for (int number = 0; number < LENGTHS.length; number++) {
                byte[] value = content(number, LENGTHS[number]);
                writer.put(7, number, ByteBuffer.wrap(value));
                positions.add(writer.place(7, number, value.length).start());
                ByteBuffer back = ByteBuffer.allocate(value.length);
                assertThat(writer.read(number, value.length, 0, back)).isEqualTo(value.length);
                assertThat(back.array()).isEqualTo(value);
            }
            assertThat(writer.finish()).isEqualTo(Files.size(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return file;
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int before = open.read();
            open.seek(at);
            open.write(before ^ 1);
        }
    }
}
