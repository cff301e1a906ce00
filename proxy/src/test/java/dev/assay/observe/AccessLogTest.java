package dev.assay.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
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
}
