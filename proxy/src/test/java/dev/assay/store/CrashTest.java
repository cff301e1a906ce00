package dev.assay.store;

import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.TestBlobs.read;
import static dev.assay.store.TestBlobs.sha256;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.trust.MetadataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that stores, groups and forgets without pause, again and again over one data folder, and holds what it left against
 * what it had said: nothing lost, nothing back, nothing that is not its digest's, every byte accounted for. Four rounds; {@code
 * -Dassay.crash.rounds=100} for more.
 */
class CrashTest {
    private static final int ROUNDS = Integer.getInteger("assay.crash.rounds", 4);
    private static final long ROOMY = 1L << 40;
    /** Less than one round stores, so that most of it is evicted again. */
    private static final long TIGHT = 64L << 20;
    /** The bound holds within one blob. */
    private static final long LARGEST = 6L * TestBlobs.CHUNK;

    @TempDir
    Path temp;

    private final Set<String> stored = new HashSet<>();
    private final Set<String> forgotten = new HashSet<>();
    private long version;

    @Test
    void whatWasReportedStoredIsThereAfterKillAndNothingIsHalfThere() throws Exception {
        killAgainAndAgain(ROOMY, 25);
    }

    @Test
    void killWhileOthersMakeRoomLeavesTheBoundInForceAndNothingHalfThere() throws Exception {
        killAgainAndAgain(TIGHT, 100);
    }

    /** @param mostLines how much is done before each kill, at most */
    private void killAgainAndAgain(long maxBytes, int mostLines) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path folder = temp.resolve("data");
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildProcess child = ChildProcess.start(temp, folder, maxBytes)) {
                int lines = 1 + random.nextInt(mostLines);
                for (int i = 0; i < lines; i++) {
                    note(child.line());
                }
                child.kill().forEach(this::note);
            }
            check(folder, maxBytes, "seed " + seed + " round " + round);
        }
    }

    /** {@code +digest version.} is stored; {@code ?digest 0.} is about to be forgotten; {@code -digest 0.} is forgotten. */
    private void note(String line) {
        String digest = line.substring(1, line.indexOf(' '));
        switch (line.charAt(0)) {
            case '+' -> stored.add(digest);
            case '?' -> stored.remove(digest);
            case '-' -> forgotten.add(digest);
            default -> throw new IllegalArgumentException(line);
        }
        version = Math.max(version, Long.parseLong(line.substring(line.indexOf(' ') + 1, line.length() - 1)));
    }

    private void check(Path folder, long maxBytes, String where) throws IOException {
        long accounted;
        try (Store store = Store.open(options(folder, maxBytes, 64 << 20, 0))) {
            accounted = store.figures().bytes();
            Set<String> found = new HashSet<>();
            for (Digest digest : store.blobs().list(null, Integer.MAX_VALUE)) {
                assertThat(sha256(read(store.blobs(), digest))).as(where).isEqualTo(digest);
                found.add(digest.toString());
            }
            if (maxBytes == ROOMY) {
                assertThat(stored).as(where).allMatch(found::contains);
            }
            assertThat(forgotten).as(where).noneMatch(found::contains);
            checkMetadata(store.metadata("main"), where);
        }
        assertThat(folder.resolve("staging")).as(where).isEmptyDirectory();
        assertThat(bytesOnDisk(folder)).as(where).isEqualTo(accounted).isLessThanOrEqualTo(maxBytes + LARGEST);
    }

    private void checkMetadata(MetadataStore metadata, String where) {
        assertThat(metadata.floors().snapshotVersion()).as(where).isGreaterThanOrEqualTo(version);
        // none is there when the child was killed before it reported a first one
        long saved = metadata.load("snapshot")
                .map(bytes -> Long.parseLong(new String(bytes, UTF_8)))
                .orElse(0L);
        assertThat(saved).as(where).isGreaterThanOrEqualTo(version);
    }

    private static long bytesOnDisk(Path folder) throws IOException {
        long[] total = {0};
        try (Database database = Database.open(folder.resolve("db"), 4 << 20)) {
            for (Path table : List.copyOf(database.tables().values())) {
                total[0] += Files.size(table);
            }
            database.scan(Family.YOUNG, new byte[0], new byte[] {0x7F}, (key, value) -> {
                total[0] += value.length;
                return true;
            });
        }
        return total[0];
    }
}
