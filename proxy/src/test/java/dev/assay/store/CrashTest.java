package dev.assay.store;

import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static dev.assay.store.TestBlobs.storedBytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.trust.MetadataStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that stores without pause, and looks at what it left. */
class CrashTest {
    private static final int ROUNDS = 4;

    @TempDir
    Path temp;

    @Test
    void whatWasReportedStoredIsThereAfterKillAndNothingIsHalfThere() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path folder = temp.resolve("data");
        List<String> reported = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildProcess child = ChildProcess.start(temp, folder)) {
                int lines = 1 + random.nextInt(12);
                for (int i = 0; i < lines; i++) {
                    reported.add(child.line());
                }
                reported.addAll(child.kill());
            }
            check(folder, reported, "seed " + seed + " round " + round);
        }
    }

    private static void check(Path folder, List<String> reported, String where) {
        long bytes = 0;
        try (Store store = Store.open(options(folder))) {
            List<Digest> stored = store.blobs().list(null, Integer.MAX_VALUE);
            for (Digest digest : stored) {
                byte[] content = read(store.blobs(), digest);
                assertThat(sha256(content)).as(where).isEqualTo(digest);
                bytes += content.length;
            }
            assertThat(stored.stream().map(Digest::toString).toList())
                    .as(where)
                    .containsAll(reported.stream()
                            .map(line -> line.substring(0, line.indexOf(' ')))
                            .toList());
            checkMetadata(store.metadata("main"), reported.get(reported.size() - 1), where);
        }
        assertThat(storedBytes(folder))
                .as(where + ": rows that belong to no blob")
                .isEqualTo(bytes);
    }

    private static void checkMetadata(MetadataStore metadata, String lastLine, String where) {
        long reported = Long.parseLong(lastLine.substring(lastLine.indexOf(' ') + 1, lastLine.length() - 1));
        assertThat(metadata.floors().snapshotVersion()).as(where).isGreaterThanOrEqualTo(reported);
        byte[] saved = metadata.load("snapshot").orElseThrow();
        assertThat(Long.parseLong(new String(saved, UTF_8))).as(where).isGreaterThanOrEqualTo(reported);
    }
}
