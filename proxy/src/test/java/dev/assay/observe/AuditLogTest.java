package dev.assay.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes a line of the audit log, and what happens when it can't. */
final class AuditLogTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    @Test
    void anEventIsOneLineOfJson() throws IOException {
        log().record("refused", "cause", "wrong-bytes", "path", "/packages/x");

        assertThat(folder.resolve("audit.log"))
                .hasContent("{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"refused\",\"cause\":\"wrong-bytes\","
                        + "\"path\":\"/packages/x\"}");
    }

    @Test
    void textFromOutsideCanNotBeginALineOfItsOwn() throws IOException {
        log().record("refused", "detail", "x\"}\n{\"event\":\"refreshed\"\u2028\u001b[31m");

        assertThat(Files.readAllLines(folder.resolve("audit.log")))
                .singleElement()
                .asString()
                .contains("\\u000a")
                .doesNotContain("\u001b");
    }

    @Test
    void eventsAreAddedToWhatIsThereAfterARestart() throws IOException {
        log().record("first");
        log().record("second");

        assertThat(Files.readAllLines(folder.resolve("audit.log"))).hasSize(2);
    }

    @Test
    void aFullFileIsPutAsideOverTheOneBefore() throws IOException {
        Files.writeString(folder.resolve("audit.log.1"), "older");
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("audit.log").toFile(), "rw")) {
            file.setLength(64L << 20);
        }

        log().record("next");

        assertThat(folder.resolve("audit.log.1")).hasSize(64L << 20);
        assertThat(Files.readAllLines(folder.resolve("audit.log"))).hasSize(1);
    }

    @Test
    void aLostLineIsNoLostAnswer() throws IOException {
        Files.createDirectory(folder.resolve("audit.log"));

        log().record("refused");

        assertThat(folder.resolve("audit.log")).isEmptyDirectory();
    }

    private AuditLog log() {
        return new AuditLog(folder, () -> NOW);
    }
}
