package dev.assay.author.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Markers decide by extras alone; whatever else they say, and whatever can't be read, is taken to hold. */
class MarkerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "extra == 'a'",
                "'a' == extra",
                "extra=='a' and python_version < '2'",
                "python_version < '2' and (sys_platform == 'win32' and extra == \"A\")",
                "extra == 'a' or extra == 'b'"
            })
    void whatNamesAnExtraIsForThatExtra(String marker) {
        assertThat(Marker.mayHold(marker, Set.of("a"))).isTrue();
        assertThat(Marker.mayHold(marker, Set.of("other"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "python_version < '2'",
                "platform_machine not in 'arm64 x86'",
                "sys_platform == 'extra'",
                "extra == 'a' or python_version < '2'",
                "extra != 'a'",
                "extra in 'a b'",
                "extra == 'a",
                "extra == 'a' nonsense",
                "(extra == 'a'",
                "$"
            })
    void everythingElseMayHold(String marker) {
        assertThat(Marker.mayHold(marker, Set.of())).isTrue();
    }
}
