package dev.assay.store;

import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.store.StoreException.Kind;
import dev.assay.trust.VersionFloors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderMetadataStoreTest {
    @TempDir
    Path temp;

    private Path folder;

    @BeforeEach
    void nameTheFolder() {
        folder = temp.resolve("metadata");
    }

    @Test
    void metadataAndFloorsSurviveReopening() {
        VersionFloors floors = new VersionFloors(1, "a", 2, "b", 3, 4);
        FolderMetadataStore first = new FolderMetadataStore(folder);
        first.saveRoot(1, bytes("root"));
        first.save("timestamp", bytes("timestamp"));
        first.saveFloors(floors);
        first.close();
        FolderMetadataStore second = new FolderMetadataStore(folder);
        assertThat(second.root(1)).contains(bytes("root"));
        assertThat(second.load("timestamp")).contains(bytes("timestamp"));
        assertThat(second.floors()).isEqualTo(floors);
    }

    @Test
    void topLevelHoldsOneVerbatimFileForEachRole() throws IOException {
        FolderMetadataStore store = new FolderMetadataStore(folder);
        store.saveRoot(1, bytes("root 1"));
        store.saveRoot(2, bytes("root 2"));
        store.save("timestamp", bytes("old"));
        store.save("timestamp", bytes("timestamp"));
        store.save("snapshot", bytes("snapshot"));
        assertThat(jsonFiles()).containsExactly("root.json", "snapshot.json", "timestamp.json");
        assertThat(folder.resolve("root.json")).hasContent("root 2");
        assertThat(folder.resolve("timestamp.json")).hasContent("timestamp");
    }

    @Test
    void olderRootSavedLaterDoesNotReplaceTheNewest() {
        FolderMetadataStore store = new FolderMetadataStore(folder);
        store.saveRoot(1, bytes("root 1"));
        store.saveRoot(2, bytes("root 2"));
        store.saveRoot(1, bytes("root 1"));
        assertThat(folder.resolve("root.json")).hasContent("root 2");
    }

    @Test
    void roleNamesStayInside() throws IOException {
        FolderMetadataStore store = new FolderMetadataStore(folder);
        for (String role : List.of("../../x", "/etc/passwd", "..", ".", "a/b", "é\u0000", "%2F", "")) {
            store.save(role, bytes(role));
            assertThat(store.load(role)).as(role).contains(bytes(role));
        }
        assertThat(jsonFiles()).hasSize(8).contains("..%2F..%2Fx.json", "%252F.json");
        try (Stream<Path> outside = Files.list(temp)) {
            assertThat(outside).containsExactly(folder);
        }
    }

    @Test
    void roleNameThatNoFileCanHaveIsAbsentAndCanNotBeSaved() {
        FolderMetadataStore store = new FolderMetadataStore(folder);
        String role = "x".repeat(300);
        assertThat(store.load(role)).isEmpty();
        assertThrowsKind(Kind.IO, () -> store.save(role, bytes("x")));
    }

    @Test
    void roleNamedRootCanNotReplaceTheRoot() {
        FolderMetadataStore store = new FolderMetadataStore(folder);
        assertThatThrownBy(() -> store.save("root", bytes("x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void metadataWithoutFloorsIsRefused() throws IOException {
        try (FolderMetadataStore store = new FolderMetadataStore(folder)) {
            store.save("timestamp", bytes("x"));
        }
        Files.delete(folder.resolve("state").resolve("floors"));
        assertThrowsKind(Kind.DAMAGED, () -> new FolderMetadataStore(folder))
                .hasMessageContaining("delete the folder " + folder);
    }

    @Test
    void secondUpdaterWaitsForTheFirst() throws Exception {
        FolderMetadataStore first = new FolderMetadataStore(folder);
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> new FolderMetadataStore(folder).close());
        first.save("timestamp", bytes("x"));
        first.close();
        second.get(20, TimeUnit.SECONDS);
    }

    @Test
    void secondUpdaterIsToldWhoHasTheFolder() {
        try (FolderMetadataStore first = new FolderMetadataStore(folder)) {
            first.save("timestamp", bytes("x"));
            assertThrowsKind(Kind.LOCKED, () -> new FolderMetadataStore(folder))
                    .hasMessageContaining(folder + " is in use by this process");
        }
    }

    @Test
    void closingTwiceLeavesTheNextUpdaterItsLock() {
        FolderMetadataStore first = new FolderMetadataStore(folder);
        first.close();
        try (FolderMetadataStore second = new FolderMetadataStore(folder)) {
            first.close();
            assertThrowsKind(Kind.LOCKED, () -> new FolderMetadataStore(folder));
            second.save("timestamp", bytes("x"));
        }
    }

    @Test
    void fileInPlaceOfTheFolderIsNotWritable() throws IOException {
        Files.writeString(folder, "x");
        assertThrowsKind(Kind.NOT_WRITABLE, () -> new FolderMetadataStore(folder));
    }

    private List<String> jsonFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
