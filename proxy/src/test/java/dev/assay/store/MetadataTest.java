package dev.assay.store;

import static dev.assay.store.TestBlobs.options;
import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.StoreException.Kind;
import dev.assay.trust.MetadataStore;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataTest {
    private static final VersionFloors FLOORS = new VersionFloors(3, "ab12", 17, "cd 34", 9, 1_700_000_000L);

    @TempDir
    Path folder;

    @Test
    void rolesRootsAndFloorsSurviveRestart() {
        try (Store store = Store.open(options(folder))) {
            MetadataStore metadata = store.metadata("main");
            metadata.saveRoot(1, bytes("root one"));
            metadata.saveRoot(2, bytes("root two"));
            metadata.save("snapshot", bytes("snapshot"));
            metadata.saveFloors(FLOORS);
        }
        try (Store store = Store.open(options(folder))) {
            MetadataStore metadata = store.metadata("main");
            assertThat(metadata.root(1)).contains(bytes("root one"));
            assertThat(metadata.root(2)).contains(bytes("root two"));
            assertThat(metadata.root(3)).isEmpty();
            assertThat(metadata.load("snapshot")).contains(bytes("snapshot"));
            assertThat(metadata.floors()).isEqualTo(FLOORS);
        }
    }

    @Test
    void repositoriesAreApart() {
        try (Store store = Store.open(options(folder))) {
            store.metadata("a").save("br", bytes("1"));
            store.metadata("a").saveFloors(FLOORS);
            store.metadata("ab").save("r", bytes("2"));
            assertThat(store.metadata("ab").load("br")).isEmpty();
            assertThat(store.metadata("a").load("br")).contains(bytes("1"));
            assertThat(store.metadata("ab").floors()).isEqualTo(VersionFloors.NONE);
        }
    }

    @Test
    void repositoryNameCanNotLeaveTheFloorsFolder() throws IOException {
        try (Store store = Store.open(options(folder.resolve("data")))) {
            store.metadata("../../x").saveFloors(FLOORS);
            assertThat(store.metadata("../../x").floors()).isEqualTo(FLOORS);
        }
        assertThat(folder.resolve("data/floors/..%2F..%2Fx.floors")).isRegularFile();
    }

    /** What was learned under the old name is not in force under the new one. */
    @Test
    void floorsOfARenamedRepositoryAreToldOf() {
        try (Store store = Store.open(options(folder))) {
            store.metadata("old/name").saveFloors(FLOORS);
            store.metadata("kept").saveFloors(FLOORS);
            store.metadata("new").saveFloors(VersionFloors.NONE);
            assertThat(store.floorsOfOthers(Set.of("kept", "new")))
                    .containsExactly(folder.resolve("floors/old%2Fname.floors"));
            assertThat(store.floorsOfOthers(Set.of("kept", "new", "old/name"))).isEmpty();
        }
    }

    @Test
    void floorsFollowTheirFileToANewName() throws IOException {
        try (Store store = Store.open(options(folder))) {
            store.metadata("old").saveFloors(FLOORS);
        }
        Files.move(folder.resolve("floors/old.floors"), folder.resolve("floors/new.floors"));
        try (Store store = Store.open(options(folder))) {
            assertThat(store.metadata("new").floors()).isEqualTo(FLOORS);
        }
    }

    @Test
    void missingFloorsBesideMetadataAreRefusedWithTheRemedy() throws IOException {
        Files.delete(floorsWithMetadata());
        try (Store store = Store.open(options(folder))) {
            assertThrowsKind(Kind.DAMAGED, () -> store.metadata("main"))
                    .hasMessageContaining("main.floors are missing beside existing data")
                    .hasMessageContaining("delete it and " + folder.resolve("db"));
        }
    }

    @Test
    void anyFlippedByteInTheFloorsIsRefused() throws IOException {
        Path file = floorsWithMetadata();
        byte[] good = Files.readAllBytes(file);
        try (Store store = Store.open(options(folder))) {
            for (int i = 0; i < good.length; i++) {
                byte[] bad = good.clone();
                bad[i] ^= 1;
                Files.write(file, bad);
                assertThrowsKind(Kind.DAMAGED, () -> store.metadata("main"));
            }
            Files.write(file, good);
            assertThat(store.metadata("main").floors()).isEqualTo(FLOORS);
        }
    }

    @Test
    void anyCutOfTheFloorsIsRefused() throws IOException {
        Path file = floorsWithMetadata();
        byte[] good = Files.readAllBytes(file);
        try (Store store = Store.open(options(folder))) {
            for (int length = 0; length < good.length; length++) {
                Files.write(file, Arrays.copyOf(good, length));
                assertThrowsKind(Kind.DAMAGED, () -> store.metadata("main"));
            }
        }
    }

    @Test
    void followingTheRemedyStartsAfresh() throws IOException {
        Files.delete(floorsWithMetadata());
        try (var files = Files.list(folder.resolve("db"))) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder.resolve("db"));
        try (Store store = Store.open(options(folder))) {
            assertThat(store.metadata("main").floors()).isEqualTo(VersionFloors.NONE);
        }
    }

    private Path floorsWithMetadata() {
        try (Store store = Store.open(options(folder))) {
            store.metadata("main").save("timestamp", bytes("t"));
            store.metadata("main").saveFloors(FLOORS);
        }
        return folder.resolve("floors").resolve("main.floors");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
