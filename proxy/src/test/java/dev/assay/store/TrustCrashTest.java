package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.TrustProcess.Kind;
import dev.assay.store.TrustProcess.Opened;
import dev.assay.trust.Lookup;
import dev.assay.trust.Updater;
import dev.assay.trust.VersionFloors;
import dev.assay.tuf.TestRepository;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes that update trust state are killed: before each write in turn, and at any moment. The next one goes on. */
@Timeout(300)
class TrustCrashTest {
    private static final int MOST_WRITES = 30;
    private static final int ROUNDS = 2;

    @TempDir
    Path temp;

    private Path published;

    @BeforeEach
    void makeFolder() throws IOException {
        published = Files.createDirectory(temp.resolve("published"));
    }

    /** The versions were driven up; the rotation clears the floors; whatever is cut off, the recovery ends. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aRotationThatRecoversFromAFastForwardSurvivesAnEndBeforeAnyWrite(Kind kind) throws Exception {
        TestRepository repository = TrustProcess.repository();
        List.of("timestamp", "snapshot").forEach(role -> repository.versions.put(role, 1000L));
        repository.publish("targets", "bin");
        TrustProcess.publish(repository, published);
        Path before = temp.resolve("before");
        try (Opened opened = Opened.open(kind, before)) {
            TrustProcess.update(opened.metadata(), published);
        }
        List.of("timestamp", "snapshot").forEach(repository::rotate);
        repository.publishRoot();
        List.of("timestamp", "snapshot").forEach(role -> repository.versions.put(role, 2L));
        repository.publish("targets", "bin");
        TrustProcess.publish(repository, published);

        int writes = 0;
        while (endedBefore(writes, kind, before)) {
            writes++;
            assertThat(writes).isLessThan(MOST_WRITES);
        }
        assertThat(writes).isGreaterThan(7);
    }

    /** Whether it ended so early; afterwards all is as it should be. */
    private boolean endedBefore(int write, Kind kind, Path before) throws Exception {
        Path folder = copy(before, temp.resolve("at-" + write));
        Process process =
                TrustProcess.start(kind.name(), folder.toString(), published.toString(), Integer.toString(write));
        int exit = process.waitFor();
        assertThat(exit).as("before write " + write).isIn(0, TrustProcess.HALTED);
        try (Opened opened = Opened.open(kind, folder)) {
            VersionFloors floors = opened.metadata().floors();
            assertThat(floors.timestampVersion())
                    .as("before write " + write)
                    .isIn(floors.rootVersion() == 1 ? List.of(1001L) : List.of(0L, 3L));
            Updater updater = TrustProcess.update(opened.metadata(), published);
            assertThat(updater.view().roles().get(1).version()).isEqualTo(3);
        }
        return exit == TrustProcess.HALTED;
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void killedAtAnyMomentItKeepsItsFloorsAndGoesOn(Kind kind) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            String where = "seed " + seed + " round " + round;
            Path folder = temp.resolve("round-" + round);
            Path files = Files.createDirectory(temp.resolve("published-" + round));
            long reported = killed(kind, folder, files, random);
            try (Opened opened = Opened.open(kind, folder)) {
                long floor = opened.metadata().floors().timestampVersion();
                assertThat(floor).as(where).isGreaterThanOrEqualTo(reported);
                Updater updater = TrustProcess.update(opened.metadata(), files);
                assertThat(updater.view().find(TrustProcess.PATH, TestRepository.NOW))
                        .as(where)
                        .isInstanceOf(Lookup.Signed.class);
                assertThat(updater.view().roles().get(1).version()).as(where).isGreaterThanOrEqualTo(floor);
            }
        }
    }

    /** The version that it last said it had. */
    private static long killed(Kind kind, Path folder, Path files, Random random) throws Exception {
        Process process = TrustProcess.start(kind.name(), folder.toString(), files.toString());
        try (BufferedReader output = process.inputReader()) {
            String last = output.readLine();
            for (int i = random.nextInt(20); i > 0; i--) {
                last = output.readLine();
            }
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            for (String line = output.readLine(); line != null && line.endsWith("."); line = output.readLine()) {
                last = line;
            }
            process.waitFor();
            return Long.parseLong(last.substring(0, last.length() - 1));
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path each : tree.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
        return to;
    }
}
