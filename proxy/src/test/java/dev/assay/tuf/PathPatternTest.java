package dev.assay.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    private static boolean matches(String pattern, String path) {
        return new PathPattern(pattern).matches(path);
    }

    /** The first seven pairs are the examples of TUF 4.5. */
    @ParameterizedTest
    @CsvSource({
        "targets/*.tgz, targets/foo.tgz",
        "targets/*.tgz, targets/bar.tgz",
        "foo-version-?.tgz, foo-version-2.tgz",
        "foo-version-?.tgz, foo-version-a.tgz",
        "*.tgz, foo.tgz",
        "*.tgz, bar.tgz",
        "foo.tgz, foo.tgz",
        "*, x",
        "*, .hidden",
        "**, x",
        "a*, a",
        "*/*, a/b",
        "a/*/c*e, a/b/cde",
        "*a*b*c, xaxbxbxc",
        "?, 🐍",
        "[abc].whl, b.whl",
        "[a-c].whl, b.whl",
        "[!a-c].whl, d.whl",
        "[]].whl, ].whl",
        "[!]].whl, a.whl",
        "[a-].whl, -.whl",
        "a[b, a[b",
        "a[, a[",
        "a[!, a[!",
        "a[!], a[!]",
        "[]], ]",
        "[!!], a",
        "[!a], !",
        "[!a], [",
        "a[/]b, a[/]b",
        "a\\*, a\\b",
    })
    void matchesWithinOneSegment(String pattern, String path) {
        assertThat(matches(pattern, path)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "targets/*.tgz, targets/foo.txt",
        "foo-version-?.tgz, foo-version-alpha.tgz",
        "*.tgz, targets/foo.tgz",
        "foo.tgz, foo_tgz",
        "foo.tgz, xfoo.tgz",
        "foo.tgz, foo.tgzx",
        "FOO, foo",
        "*, a/b",
        "**, a/b",
        "a?b, a/b",
        "a[/]b, a/b",
        "a[!x]b, a/b",
        "a[.-0]b, a/b",
        "*a/*b, xa/y/b",
        "?, ab",
        "[abc].whl, d.whl",
        "[abc], ]",
        "[!a], a",
        "[b!], [",
        "[!a-c].whl, b.whl",
        "[c-a].whl, b.whl",
        "a\\*, ab",
        "/a, a",
        "a/, a",
    })
    void doesNotMatch(String pattern, String path) {
        assertThat(matches(pattern, path)).isFalse();
    }

    @Test
    void emptyPatternMatchesNoPath() {
        assertThat(matches("", "a")).isFalse();
    }

    @Test
    void noPatternBlowsUp() {
        String pattern = "*a".repeat(200) + "b";
        String path = "a".repeat(20_000);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> assertThat(matches(pattern, path)).isFalse());
    }
}
