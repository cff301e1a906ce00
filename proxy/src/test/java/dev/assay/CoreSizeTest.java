package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The trust core stays small enough to audit in an afternoon. Counted are lines of code: what is left without blank lines, comments
 * and the lines of {@code package} and {@code import}.
 */
class CoreSizeTest {
    private static final Path HOUSE = Path.of("src/main/java/dev/assay");
    private static final long MAX_LINES = 3500;

    @Test
    void theFourPackagesOfTheCoreStayUnderTheirLimit() {
        long lines = Stream.of("encoding", "crypto", "tuf", "trust")
                .flatMap(room -> files(HOUSE.resolve(room)))
                .mapToLong(CoreSizeTest::linesOfCode)
                .sum();
        assertThat(lines).isGreaterThan(1000).isLessThan(MAX_LINES);
    }

    @Test
    void commentsImportsAndBlankLinesAreNoCode() {
        String source = "package a;\n\nimport b;\n/**\n * c\n */\nclass D { // e\n    /* f */\n    // g\n}\n";
        assertThat(linesOfCode(source)).isEqualTo(2);
    }

    private static Stream<Path> files(Path room) {
        try (Stream<Path> tree = Files.walk(room)) {
            return tree.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long linesOfCode(Path file) {
        try {
            return linesOfCode(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long linesOfCode(String source) {
        return source.replaceAll("(?ms)^\\s*/\\*.*?\\*/", "")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty()
                        && !line.startsWith("//")
                        && !line.startsWith("package ")
                        && !line.startsWith("import "))
                .count();
    }
}
