package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.author.RepositoryOptions.BinForm;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectPage;
import dev.assay.simple.Yanked;
import dev.assay.tuf.InvalidMetadataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoryTest {
    @TempDir
    private Path temp;

    private final Samples.Clock clock = new Samples.Clock();

    private Path folder() {
        return temp.resolve("index");
    }

    @ParameterizedTest
    @CsvSource({"SUCCINCT,2", "SUCCINCT,32", "PREFIX,1", "PREFIX,32"})
    void readersVerifyEverythingInEveryFormOfBins(BinForm form, int bins) throws Exception {
        try (Repository made =
                Repository.init(folder(), Samples.options(bins, form), Passphrases.same(Samples.PASSPHRASE), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0"), Samples.sdist(temp, "other_one", "2.0")));
        }
        Reader reader = new Reader(folder(), clock).refreshed();
        assertThat(reader.page("demo").orElseThrow().versions()).containsExactly("1.0");
        assertThat(reader.page("other-one").orElseThrow().files()).hasSize(1);
        assertThat(reader.page("absent")).isEmpty();
    }

    @Test
    void snapshotSignsTheBytesOfEachBinSoThatNoneIsPassedOffAsAnother() throws Exception {
        Repository.init(folder(), Samples.options(2, BinForm.SUCCINCT), Passphrases.same(Samples.PASSPHRASE), clock)
                .close();
        Reader reader = new Reader(folder(), clock).refreshed();
        for (String bin : List.of("1.bin-0.json", "1.bin-1.json")) {
            Path file = folder().resolve("public/metadata").resolve(bin);
            // still well signed, of the right version, and not the very bytes
            Files.writeString(file, Files.readString(file) + " ");
        }
        assertThatThrownBy(() -> reader.page("demo")).isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void pagesTellWhatInstallersNeed() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0"), Samples.sdist(temp, "demo", "1.0")));
        }
        ProjectPage page = new Reader(folder(), clock).refreshed().page("demo").orElseThrow();
        ProjectFile wheel = page.file("demo-1.0-py3-none-any.whl").orElseThrow();
        assertThat(wheel.requiresPython()).isEqualTo(">=3.8");
        assertThat(wheel.uploadTime()).isEqualTo(Samples.START);
        assertThat(wheel.size()).isEqualTo(Files.size(temp.resolve("demo-1.0-py3-none-any.whl")));
        assertThat(wheel.coreMetadata()).hasSize(1);
        assertThat(page.file("demo-1.0.tar.gz").orElseThrow().coreMetadata()).isNull();
    }

    @Test
    void additionSignsOnlyTheBinsThatItTouches() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            made.yank(List.of("demo-1.0-py3-none-any.whl"), "");
        }
        // The two forms of the page changed and nothing else did.
        assertThat(filesBelow("public/metadata"))
                .filteredOn(file -> file.getFileName().toString().matches("3\\.bin-.*"))
                .hasSizeBetween(1, 2);
    }

    @Test
    void theSameFileAgainChangesNothing() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            Path wheel = Samples.wheel(temp, "demo", "1.0");
            made.add(List.of(wheel));
            byte[] before = Files.readAllBytes(folder().resolve("public/metadata/timestamp.json"));
            assertThat(made.add(List.of(wheel, wheel)).unchanged()).contains("demo-1.0-py3-none-any.whl");
            assertThat(folder().resolve("public/metadata/timestamp.json")).hasBinaryContent(before);
        }
    }

    @Test
    void otherContentUnderAPublishedNameIsRefused() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            Map<String, String> members = Samples.wheelMembers("demo", "1.0");
            members.put("demo.py", "evil\n");
            Path other = Samples.zip(temp.resolve("demo-1.0-py3-none-any.whl"), members);
            assertThatThrownBy(() -> made.add(List.of(other)))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("other content");
        }
    }

    @Test
    void oneBadFileAmongManyPublishesNone() throws Exception {
        Path bad = Files.writeString(temp.resolve("bad-1.0-py3-none-any.whl"), "no zip");
        try (Repository made = Samples.init(folder(), clock)) {
            assertThatThrownBy(() -> made.add(List.of(Samples.wheel(temp, "demo", "1.0"), bad)))
                    .isInstanceOf(RepositoryException.class);
        }
        assertThat(new Reader(folder(), clock).refreshed().page("demo")).isEmpty();
        assertThat(filesBelow("public/packages")).isEmpty();
    }

    @Test
    void removedFilesAreNoLongerSigned() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0"), Samples.wheel(temp, "demo", "2.0")));
            made.remove(List.of("demo-1.0-py3-none-any.whl"));
        }
        ProjectPage page = new Reader(folder(), clock).refreshed().page("demo").orElseThrow();
        assertThat(page.files()).extracting(ProjectFile::filename).containsExactly("demo-2.0-py3-none-any.whl");
        assertThat(page.versions()).containsExactly("2.0");
    }

    @Test
    void projectWithoutFilesIsGone() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            assertThat(folder().resolve("public/simple/demo/index.html")).exists();
            made.remove(List.of("demo-1.0-py3-none-any.whl"));
        }
        assertThat(new Reader(folder(), clock).refreshed().page("demo")).isEmpty();
        assertThat(folder().resolve("public/simple/demo/index.html")).doesNotExist();
    }

    @Test
    void yankIsSignedAndTakenBack() throws Exception {
        List<String> name = List.of("demo-1.0-py3-none-any.whl");
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            made.yank(name, "broken");
            assertThat(onlyFile().yanked()).isEqualTo(new Yanked("broken"));
            made.unyank(name);
            assertThat(onlyFile().yanked()).isNull();
        }
    }

    private ProjectFile onlyFile() throws Exception {
        return new Reader(folder(), clock)
                .refreshed()
                .page("demo")
                .orElseThrow()
                .files()
                .get(0);
    }

    @Test
    void unknownNameIsRefused() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            assertThatThrownBy(() -> made.yank(List.of("demo-1.0-py3-none-any.whl"), ""))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("not published");
        }
    }

    @Test
    void keysAreOutsideTheServedFolderAndForTheOwnerAlone() throws Exception {
        Samples.init(folder(), clock).close();
        try (Stream<Path> keys = Files.list(folder().resolve("keys"))) {
            assertThat(keys)
                    .hasSize(6)
                    .allSatisfy(key -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                            .isEqualTo("rw-------"));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve("keys"))))
                .isEqualTo("rwx------");
        try (Stream<Path> served = Files.walk(folder().resolve("public"))) {
            assertThat(served).noneMatch(file -> file.toString().endsWith(".pem"));
        }
    }

    @Test
    void folderInUseIsRefused() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("mine.txt"), "keep");
        assertThatThrownBy(() -> Repository.init(
                        folder(), RepositoryOptions.DEFAULTS, Passphrases.same(Samples.PASSPHRASE), clock))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("not empty");
        assertThat(folder().resolve("mine.txt")).hasContent("keep");
    }

    @Test
    void secondRunIsKeptOut() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            assertThatThrownBy(() -> Samples.open(folder(), clock))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("in use");
        }
        Samples.open(folder(), clock).close();
    }

    @Test
    void publishedMetadataThatDoesNotVerifyIsNotBuiltOn() throws Exception {
        Samples.init(folder(), clock).close();
        Path snapshot = folder().resolve("public/metadata/1.snapshot.json");
        Files.writeString(snapshot, Files.readString(snapshot).replace("\"version\":1", "\"version\":2"));
        assertThatThrownBy(() -> Samples.open(folder(), clock))
                .isInstanceOf(RepositoryException.class)
                .hasMessageContaining("does not verify");
    }

    @Test
    void manyFilesInOneCallSignEachBinOnce() throws Exception {
        List<Path> wheels = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            wheels.add(Samples.wheel(temp, "p" + i, "1.0"));
        }
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(wheels);
            RepositoryStatus status = made.status();
            assertThat(status.files()).isEqualTo(300);
            assertThat(status.projects()).isEqualTo(300);
            assertThat(status.roles())
                    .filteredOn(role -> role.name().equals("bin-n"))
                    .extracting(RepositoryStatus.Role::version)
                    .containsExactly(2L);
        }
    }

    @Test
    void replacedPagesAndMetadataGoAfterTheGrace() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            made.remove(List.of("demo-1.0-py3-none-any.whl"));
            made.refresh();
            assertThat(filesBelow("public/packages")).isNotEmpty();
            clock.advance(Collector.GRACE.plus(Duration.ofHours(1)));
            made.refresh();
            assertThat(filesBelow("public/packages")).isEmpty();
            assertThat(folder().resolve("public/simple/demo")).doesNotExist();
            assertThat(folder().resolve("public/metadata/1.snapshot.json")).doesNotExist();
            assertThat(folder().resolve("public/metadata/1.root.json")).exists();
        }
        assertThat(new Reader(folder(), clock).refreshed().page("demo")).isEqualTo(Optional.empty());
    }

    private List<Path> filesBelow(String relative) throws Exception {
        try (Stream<Path> all = Files.walk(folder().resolve(relative))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
