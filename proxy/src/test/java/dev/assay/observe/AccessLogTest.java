package dev.assay.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the access log holds. */
final class AccessLogTest {
    @TempDir
    private Path folder;

    @Test
    void everyRequestIsALineInOrderAndClosingWritesTheLast() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = new AccessLog(file)) {
            for (int i = 0; i < 1000; i++) {
                log.record("id", "a-" + i);
            }
        }
        assertThat(file)
                .content()
                .startsWith("{\"id\":\"a-0\"}\n{\"id\":\"a-1\"}\n")
                .endsWith("{\"id\":\"a-999\"}\n");
    }

    @Test
    void textFromOutsideCannotBreakOutOfItsLine() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = new AccessLog(file)) {
            log.record("path", "/a\"\n{\"id\":\"forged\"}\u001b[2J");
        }
        assertThat(file).content().hasLineCount(1).doesNotContain("\u001b").contains("\\u000a{\\\"id\\\":");
    }

    @Test
    void fileThatCannotBeWrittenIsAnErrorAtTheStart() {
        assertThatThrownBy(() -> new AccessLog(folder.resolve("missing/access.log")))
                .isInstanceOf(IOException.class);
    }

    /** A pipe takes no more than 64 KiB before it is read, so that a batch in it is not over when it is moved away. */
    @Test
    void fileThatIsMovedAwayUnderLoadGetsNoMoreThanTheBatchesThatWereBegun() throws Exception {
        Path file = folder.resolve("access.log");
        int moved;
        try (AccessLog log = new AccessLog(file)) {
            becomePipe(file);
            for (int i = 0; i < 5000; i++) {
                log.record("path", "x".repeat(100));
            }
            try (BufferedReader pipe = Files.newBufferedReader(file)) { // once it is open on both sides
                Files.move(file, folder.resolve("access.log.1"));
                Files.createFile(file);
                moved = (int) pipe.lines().count();
            }
        }
        assertThat(moved).isBetween(1, 2 * AccessLog.MAX_BATCH);
        assertThat(file).content().hasLineCount(5000 - moved);
    }

    @Test
    void closingHasADeadline() throws Exception {
        Path file = folder.resolve("access.log");
        AccessLog log = new AccessLog(file);
        becomePipe(file);
        log.record("id", "first");
        assertTimeoutPreemptively(Duration.ofSeconds(30), log::close);
        assertThat(Files.readAllLines(file)).hasSize(1); // so that the writer ends
    }

    private static void becomePipe(Path file) throws Exception {
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }
}
