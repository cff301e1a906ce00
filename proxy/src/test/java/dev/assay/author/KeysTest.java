package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.simple.ProjectName;
import dev.assay.tuf.InvalidMetadataException;
import dev.assay.tuf.Root;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    @TempDir
    private Path temp;

    private final Samples.Clock clock = new Samples.Clock();

    private Path folder() {
        return temp.resolve("index");
    }

    private List<Path> keys(String owner) throws Exception {
        try (Stream<Path> files = Files.list(folder().resolve("keys"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(owner + "-"))
                    .sorted()
                    .toList();
        }
    }

    private void takeAway(String owner) throws Exception {
        Files.createDirectories(temp.resolve("offline"));
        for (Path key : keys(owner)) {
            Files.move(key, temp.resolve("offline").resolve(key.getFileName()));
        }
    }

    private void takeOfflineKeysAway() throws Exception {
        for (String owner : List.of("root", "targets", "bins")) {
            takeAway(owner);
        }
    }

    @Test
    void dailyWorkNeedsTheOnlineKeyAlone() throws Exception {
        Samples.init(folder(), clock).close();
        takeOfflineKeysAway();
        List<String> name = List.of("demo-1.0-py3-none-any.whl");
        try (Repository repository = Samples.open(folder(), clock)) {
            repository.add(List.of(Samples.wheel(temp, "demo", "1.0"), Samples.wheel(temp, "demo", "2.0")));
            repository.yank(name, "old");
            repository.unyank(name);
            repository.remove(name);
            assertThat(repository.refresh().waiting()).isEmpty();
        }
        assertThat(new Reader(folder(), clock)
                        .refreshed()
                        .page("demo")
                        .orElseThrow()
                        .files())
                .hasSize(1);
    }

    @Test
    void missingOfflineKeyIsNamed() throws Exception {
        Samples.init(folder(), clock).close();
        Path targets = keys("targets").get(0);
        takeOfflineKeysAway();
        try (Repository repository = Samples.open(folder(), clock)) {
            assertThatThrownBy(() -> repository.rotateRootKeys())
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("2 more of its 3 private keys");
            Path author = ClaimedProjectsTest.authorKey(temp, "alice");
            assertThatThrownBy(() -> repository.delegate(new ProjectName("demo"), List.of(author), 1))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining(targets.getFileName().toString());
        }
    }

    @Test
    void refreshSaysWhichRoleExpiresWithoutItsKeys() throws Exception {
        Samples.init(folder(), clock).close();
        takeOfflineKeysAway();
        clock.advance(Duration.ofDays(350));
        try (Repository repository = Samples.open(folder(), clock)) {
            assertThat(repository.refresh().waiting())
                    .extracting(RefreshReport.Waiting::role)
                    .containsExactlyInAnyOrder("root", "targets", "bins");
        }
    }

    @Test
    void expiredRepositoryIsRefreshedAndReadAgain() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
        }
        clock.advance(Duration.ofDays(400));
        Reader reader = new Reader(folder(), clock);
        assertThatThrownBy(reader::refreshed).isInstanceOf(InvalidMetadataException.class);
        try (Repository repository = Samples.open(folder(), clock)) {
            assertThat(repository.refresh().signed()).contains("root", "targets", "bins", "timestamp");
        }
        assertThat(reader.refreshed().page("demo")).isPresent();
    }

    @Test
    void keyidsOfARoleAreSortedBeforeAndAfterARotation() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            assertThat(rootKeyids(Root.parse(Files.readAllBytes(made.pinnedRoot()))))
                    .hasSize(3)
                    .isSorted();
            made.rotateRootKeys();
        }
        Reader reader = new Reader(folder(), clock).refreshed();
        assertThat(rootKeyids(reader.updater().view().metadata().root()))
                .hasSize(3)
                .isSorted();
    }

    private static List<String> rootKeyids(Root root) {
        return Objects.requireNonNull(root.roles().get("root")).keyids();
    }

    @Test
    void rootRotationIsFollowedFromTheFirstRoot() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            RotationReport report = made.rotateRootKeys();
            assertThat(report.created()).hasSize(3);
            assertThat(report.retired()).hasSize(3).doesNotContainAnyElementsOf(report.created());
            for (Path retired : report.retired()) {
                Files.delete(retired);
            }
        }
        try (Repository again = Samples.open(folder(), clock)) {
            again.rotateRootKeys();
        }
        Reader reader = new Reader(folder(), clock).refreshed();
        assertThat(reader.updater().view().roles())
                .filteredOn(role -> role.role().equals("root"))
                .extracting("version")
                .containsExactly(3L);
    }

    @Test
    void oldOnlineKeyIsOfNoUseAfterItsRotation() throws Exception {
        Reader reader;
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            reader = new Reader(folder(), clock).refreshed();
            assertThat(reader.page("demo")).isPresent();
            for (Path retired : made.rotateOnlineKey().retired()) {
                Files.delete(retired);
            }
        }
        try (Repository again = Samples.open(folder(), clock)) {
            again.add(List.of(Samples.wheel(temp, "demo", "2.0")));
        }
        assertThat(reader.refreshed().page("demo").orElseThrow().files()).hasSize(2);
        assertThat(new Reader(folder(), clock).refreshed().page("demo")).isPresent();
    }

    @Test
    void keyKeptElsewhereCanBeLent() throws Exception {
        Samples.init(folder(), clock).close();
        takeAway("root");
        try (Repository repository = Samples.open(folder(), clock);
                Stream<Path> offline = Files.list(temp.resolve("offline"))) {
            for (Path key : offline.limit(2).toList()) {
                repository.lend(key);
            }
            assertThat(repository.rotateRootKeys().created()).hasSize(3);
        }
    }

    @Test
    void wrongPassphraseIsAClearRefusal() throws Exception {
        Samples.init(folder(), clock).close();
        try (Repository repository = Repository.open(folder(), Passphrases.same("wrong".toCharArray()), clock)) {
            assertThatThrownBy(() -> repository.add(List.of(Samples.wheel(temp, "demo", "1.0"))))
                    .isInstanceOf(RepositoryException.class)
                    .hasMessageContaining("online-");
        }
        assertThat(new Reader(folder(), clock).refreshed().page("demo")).isEmpty();
    }
}
