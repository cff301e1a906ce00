package dev.assay.store;

import static dev.assay.store.ThrowsKind.assertThrowsKind;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.TrustProcess.Kind;
import dev.assay.store.TrustProcess.Opened;
import dev.assay.trust.Lookup;
import dev.assay.trust.Updater;
import dev.assay.tuf.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged state of each kind is fetched again or refused with the remedy, and never trusted. */
class TrustDamageTest {
    @TempDir
    Path temp;

    private final TestRepository repository = TrustProcess.repository();
    private Path published;
    private Path folder;

    @BeforeEach
    void twoRoots() throws Exception {
        published = Files.createDirectory(temp.resolve("published"));
        folder = temp.resolve("state");
        repository.publishRoot();
        TrustProcess.publish(repository, published);
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE,timestamp", "DATABASE,snapshot", "DATABASE,targets", "DATABASE,bin", "DATABASE,root",
        "FOLDER,timestamp", "FOLDER,snapshot", "FOLDER,targets", "FOLDER,bin", "FOLDER,root"
    })
    void aDamagedFileIsFetchedAgain(Kind kind, String role) throws Exception {
        try (Opened opened = Opened.open(kind, folder)) {
            TrustProcess.update(opened.metadata(), published);
            byte[] damaged = role.equals("root")
                    ? flipped(opened.metadata().root(2).orElseThrow())
                    : flipped(opened.metadata().load(role).orElseThrow());
            if (role.equals("root")) {
                opened.metadata().saveRoot(2, damaged);
            } else {
                opened.metadata().save(role, damaged);
            }
        }
        try (Opened opened = Opened.open(kind, folder)) {
            Updater updater = TrustProcess.update(opened.metadata(), published);

            assertThat(updater.view().find(TrustProcess.PATH, TestRepository.NOW))
                    .isInstanceOf(Lookup.Signed.class);
            String name = role.equals("root") ? "2.root.json" : repository.name(role);
            byte[] stored = role.equals("root")
                    ? opened.metadata().root(2).orElseThrow()
                    : opened.metadata().load(role).orElseThrow();
            assertThat(stored).isEqualTo(repository.file(name));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void damagedFloorsAreRefusedWithTheRemedy(Kind kind) throws Exception {
        try (Opened opened = Opened.open(kind, folder)) {
            TrustProcess.update(opened.metadata(), published);
        }
        Path floors = floors();
        Files.write(floors, flipped(Files.readAllBytes(floors)));

        assertThrowsKind(
                        StoreException.Kind.DAMAGED,
                        () -> Opened.open(kind, folder).close())
                .hasMessageContaining("To go on, ");
    }

    private Path floors() throws Exception {
        try (Stream<Path> tree = Files.walk(folder)) {
            return tree.filter(file -> file.toString().endsWith("floors") && Files.isRegularFile(file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] other = bytes.clone();
        other[bytes.length / 2] ^= 1;
        return other;
    }
}
