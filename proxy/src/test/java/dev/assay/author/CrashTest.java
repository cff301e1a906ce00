package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops the world before each single step of a publication in turn, until one gets through. */
class CrashTest {
    private static final int MORE_THAN_ENOUGH = 200;

    @TempDir
    private Path temp;

    private final Samples.Clock clock = new Samples.Clock();
    private Path template;
    private Path old;
    private Path added;

    private interface Work {
        void on(Repository repository) throws Exception;
    }

    private interface Check {
        void of(Path folder, boolean crashed) throws Exception;
    }

    @BeforeEach
    void makeRepositoryWithOneFile() throws Exception {
        template = temp.resolve("template");
        old = Samples.wheel(temp, "demo", "1.0");
        added = Samples.wheel(temp, "demo", "2.0");
        try (Repository made = Samples.init(template, clock)) {
            made.add(List.of(old));
        }
    }

    private void crashBeforeEachStep(Work work, Check check) throws Exception {
        for (int fatal = 0; fatal < MORE_THAN_ENOUGH; fatal++) {
            Path folder = temp.resolve("run-" + fatal);
            Samples.copyTree(template, folder);
            if (!crashes(folder, fatal, work)) {
                assertThat(fatal).as("steps of a publication").isGreaterThan(3);
                check.of(folder, false);
                return;
            }
            check.of(folder, true);
        }
        throw new AssertionError("the work never got through");
    }

    private boolean crashes(Path folder, int fatal, Work work) throws Exception {
        List<String> steps = new ArrayList<>();
        Publication.Observer observer = step -> {
            steps.add(step);
            if (steps.size() > fatal) {
                throw new IOException("crash before " + step);
            }
        };
        try (Repository repository = Samples.openUnlocked(folder, clock, observer)) {
            work.on(repository);
            return false;
        } catch (IOException e) {
            assertThat(e).hasMessageStartingWith("crash before");
            return true;
        }
    }

    private static Set<String> names(ProjectPage page) {
        return new TreeSet<>(page.files().stream().map(ProjectFile::filename).toList());
    }

    private ProjectPage read(Path folder) throws Exception {
        return new Reader(folder, clock).refreshed().page("demo").orElseThrow();
    }

    @Test
    void readersSeeTheOldStateOrTheNewOneWhole() throws Exception {
        Set<Set<String>> seen = new HashSet<>();
        crashBeforeEachStep(
                repository -> repository.add(List.of(added)), (folder, crashed) -> seen.add(names(read(folder))));
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        Set.of("demo-1.0-py3-none-any.whl"),
                        Set.of("demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl"));
    }

    @Test
    void theNextRunFinishesWhatACrashLeft() throws Exception {
        crashBeforeEachStep(repository -> repository.add(List.of(added)), (folder, crashed) -> {
            try (Repository again = Samples.openUnlocked(folder, clock, Publication.Observer.NONE)) {
                again.add(List.of(added));
            }
            assertThat(names(read(folder))).hasSize(2);
            assertThat(Files.readString(folder.resolve("public/simple/demo/index.html")))
                    .contains("demo-2.0-py3-none-any.whl");
            assertThat(folder.resolve("staging")).isEmptyDirectory();
            assertThat(folder.resolve("unfinished")).doesNotExist();
        });
    }

    @Test
    void rotationOfTheOnlineKeyIsWholeForNewReadersAndOldOnes() throws Exception {
        Reader before = new Reader(template, clock).refreshed();
        assertThat(before.page("demo")).isPresent();
        crashBeforeEachStep(Repository::rotateOnlineKey, (folder, crashed) -> {
            assertThat(names(read(folder))).containsExactly("demo-1.0-py3-none-any.whl");
            try (Repository again = Samples.openUnlocked(folder, clock, Publication.Observer.NONE)) {
                again.add(List.of(added));
            }
            assertThat(names(read(folder))).hasSize(2);
        });
    }

    @Test
    void removalIsWhole() throws Exception {
        crashBeforeEachStep(
                repository -> repository.remove(List.of("demo-1.0-py3-none-any.whl")), (folder, crashed) -> {
                    var page = new Reader(folder, clock).refreshed().page("demo");
                    assertThat(page.isEmpty() || names(page.get()).size() == 1).isTrue();
                    Samples.openUnlocked(folder, clock, Publication.Observer.NONE)
                            .close();
                    assertThat(Files.exists(folder.resolve("public/simple/demo/index.html")))
                            .isEqualTo(page.isPresent());
                });
    }
}
