package dev.assay.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder to work in.
 *
 * @param temporary whether closing deletes it, with all that is in it
 */
record Scratch(Path folder, boolean temporary) implements AutoCloseable {
    /** The folder that was chosen, to stay; else a new one, not to stay, that nobody else may read. */
    static Scratch unless(@Nullable Path chosen) throws IOException {
        return chosen != null
                ? new Scratch(chosen, false)
                : new Scratch(Files.createTempDirectory("assay-verify"), true);
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
