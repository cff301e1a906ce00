package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When files are loaded again. */
final class FileWatchTest {
    @TempDir
    private Path folder;

    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void unchangedFilesAreNotLoaded() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "1");
        try (FileWatch watch = new FileWatch(List.of(file), loads::incrementAndGet)) {
            Files.writeString(file, "1");
            watch.look();
            assertThat(loads).hasValue(0);
        }
    }

    @Test
    void changeOfAnyFileIsLoadedOnce() throws Exception {
        Path first = Files.writeString(folder.resolve("a"), "1");
        Path second = Files.writeString(folder.resolve("b"), "1");
        try (FileWatch watch = new FileWatch(List.of(first, second), loads::incrementAndGet)) {
            Files.writeString(second, "2");
            watch.look();
            watch.look();
            assertThat(loads).hasValue(1);
        }
    }

    @Test
    void whatCannotBeLoadedIsTriedAgainOnlyWhenItChanges() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "1");
        try (FileWatch watch = new FileWatch(List.of(file), () -> {
            loads.incrementAndGet();
            throw new IOException("broken");
        })) {
            Files.writeString(file, "2");
            watch.look();
            watch.look();
            Files.writeString(file, "3");
            watch.look();
            assertThat(loads).hasValue(2);
        }
    }

    @Test
    void whatChangesWhileItIsLoadedIsLoadedAgain() throws Exception {
        Path certificate = Files.writeString(folder.resolve("a"), "old");
        Path key = Files.writeString(folder.resolve("b"), "old");
        List<String> loaded = new ArrayList<>();
        try (FileWatch watch = new FileWatch(List.of(certificate, key), () -> {
            String first = Files.readString(certificate);
            Files.writeString(certificate, "new");
            Files.writeString(key, "new");
            loaded.add(first + " " + Files.readString(key));
        })) {
            Files.writeString(certificate, "middle");
            watch.look();
            watch.look();
            watch.look();
            assertThat(loaded).containsExactly("middle new", "new new");
        }
    }
}
