package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that a command needs while it runs. */
final class ScratchTest {
    @TempDir
    Path temp;

    @Test
    void aTemporaryFolderIsDeletedWithWhatIsInIt() throws Exception {
        Scratch scratch = Scratch.unless(null);
        Files.writeString(
                Files.createDirectory(scratch.folder().resolve("state")).resolve("floors"), "x");

        scratch.close();

        assertThat(scratch.folder()).doesNotExist();
    }

    @Test
    void aChosenFolderStays() throws Exception {
        Scratch.unless(temp).close();

        assertThat(temp).exists();
    }
}
