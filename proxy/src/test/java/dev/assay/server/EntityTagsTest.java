package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EntityTagsTest {
    @ParameterizedTest
    @ValueSource(strings = {"*", "\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\" ,, W/\"a\",", "\"x,y\",\"a\""})
    void ifNoneMatchComparesWeakly(String value) {
        assertThat(EntityTags.ifNoneMatch(Headers.NONE.with("If-None-Match", value), "\"a\""))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"b\"", "a", "\"A\"", "\"a\" \"a\"", "\"a", "w/\"a\"", "\"b\",a"})
    void ifNoneMatchThatNamesAnotherOrIsMalformedDoesNotMatch(String value) {
        assertThat(EntityTags.ifNoneMatch(Headers.NONE.with("If-None-Match", value), "\"a\""))
                .isFalse();
    }

    @Test
    void ifNoneMatchMayComeInSeveralFields() {
        Headers headers = Headers.NONE.with("If-None-Match", "\"b\"").with("If-None-Match", "\"a\"");
        assertThat(EntityTags.ifNoneMatch(headers, "\"a\"")).isTrue();
    }

    @Test
    void rangeWithoutIfRangeHolds() {
        assertThat(EntityTags.ifRange(Headers.NONE, "\"a\"")).isTrue();
    }

    @Test
    void absentIfRangeDoesNotMatch() {
        assertThat(EntityTags.matchesIfRange(Headers.NONE, "\"a\"")).isFalse();
    }

    @Test
    void ifRangeWithTheStrongTagHolds() {
        assertThat(EntityTags.ifRange(Headers.NONE.with("If-Range", "\"a\""), "\"a\""))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"b\"", "W/\"a\"", "Sun, 06 Nov 1994 08:49:37 GMT", "*"})
    void ifRangeWithAnythingElseDoesNotHold(String value) {
        assertThat(EntityTags.ifRange(Headers.NONE.with("If-Range", value), "\"a\""))
                .isFalse();
    }

    @Test
    void weakTagsNeverMatchIfRange() {
        assertThat(EntityTags.ifRange(Headers.NONE.with("If-Range", "W/\"a\""), "W/\"a\""))
                .isFalse();
    }
}
