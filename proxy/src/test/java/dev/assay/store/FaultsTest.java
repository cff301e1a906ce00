package dev.assay.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FaultsTest {
    @TempDir
    private Path folder;

    @Test
    void whatAReadOnlyFileSystemRefusesIsNotWritable() {
        IOException refused = new FileSystemException(folder.toString(), null, "Read-only file system");

        StoreException fault = Faults.of(folder, "staging", refused);

        assertThat(fault.kind()).isEqualTo(Kind.NOT_WRITABLE);
        assertThat(fault).hasMessageContaining("staging in " + folder).hasMessageContaining("Read-only file system");
    }

    @Test
    void anyOtherRefusalIsAFaultOfTheDisk() {
        assertThat(Faults.of(folder, "staging", new IOException("Input/output error"))
                        .kind())
                .isEqualTo(Kind.IO);
    }
}
