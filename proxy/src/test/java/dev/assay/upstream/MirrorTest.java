package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a mirror keeps things. */
class MirrorTest {
    @ParameterizedTest
    @CsvSource({
        "http://h/simple/, http://h/",
        "http://h:81/pypi/simple/, http://h:81/pypi/",
        "https://h/web/simple/, https://h/web/",
        "file:///srv/mirror/simple/, file:///srv/mirror/",
        "http://h/, http://h/",
        "http://h/a%2Fb/simple/, http://h/a%2Fb/",
    })
    void filesAreLookedForBesideTheIndex(String simple, String files) {
        assertThat(Mirror.of("m", URI.create(simple)).files()).isEqualTo(URI.create(files));
    }

    @ParameterizedTest
    @CsvSource({
        "packages/ab/cd/x-1.0-py3-none-any.whl, packages/ab/cd/x-1.0-py3-none-any.whl",
        "packages/x-1.0+cu118.whl, packages/x-1.0%2Bcu118.whl",
        "packages/x-1!2.0.tar.gz, packages/x-1%212.0.tar.gz",
        "packages/~x_y, packages/~x_y",
        "packages/a b%2F?c#d, packages/a%20b%252F%3Fc%23d",
        "packages/ä, packages/%C3%A4",
    })
    void allButUnreservedCharactersOfAPathAreEncoded(String path, String encoded) {
        Mirror mirror = new Mirror("m", URI.create("http://h/simple/"), URI.create("https://files/base%2Fx/"));

        assertThat(mirror.file(path)).hasToString("https://files/base%2Fx/" + encoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"packages", "x/y", "/packages/x", "packages//x", "packages/../x", "packages/./x", "packages/x/"})
    void aPathThatCouldLeadElsewhereIsRefused(String path) {
        Mirror mirror = Mirror.of("m", URI.create("http://h/simple/"));

        assertThatThrownBy(() -> mirror.file(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h/simple",
                "http://h",
                "ftp://h/simple/",
                "simple/",
                "http://u:p@h/simple/",
                "http://h/simple/?x",
                "http://h/simple/#x",
            })
    void aBaseIsAUrlThatEndsWithASlash(String base) {
        assertThatThrownBy(() -> Mirror.of("m", URI.create(base)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ends with a slash");
    }

    @Test
    void aNameIsFitForLogsAndMetrics() {
        assertThatThrownBy(() -> Mirror.of("a\nb", URI.create("http://h/simple/")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a\\u000ab");
    }
}
