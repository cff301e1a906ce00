package dev.assay.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RangeHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-499, 0, 499",
        "bytes=500-, 500, 999",
        "bytes=500-100000, 500, 999",
        "bytes=-1, 999, 999",
        "bytes=-5000, 0, 999",
        "BYTES=0-99999999999999999999999999, 0, 999",
        "bytes=0000000000000000000000000001-2, 1, 2"
    })
    void rangeIsClippedToTheRepresentation(String value, long first, long last) {
        assertThat(RangeHeader.parse(value).orElseThrow().resolve(1000))
                .isEqualTo(new RangeHeader.Satisfiable(first, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=99999999999999999999-"})
    void rangeBeyondTheRepresentationIsUnsatisfiable(String value) {
        assertThat(RangeHeader.parse(value).orElseThrow().resolve(1000)).isEqualTo(new RangeHeader.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=-1"})
    void nothingOfAnEmptyRepresentationIsSatisfiable(String value) {
        assertThat(RangeHeader.parse(value).orElseThrow().resolve(0)).isEqualTo(new RangeHeader.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=5-3",
                "bytes=a-b",
                "bytes=1-2-3",
                "bytes=+1-2",
                "bytes=--1"
            })
    void malformedRangeIsIgnored(String value) {
        assertThat(RangeHeader.parse(value)).isEmpty();
    }

    @Test
    void otherUnitIsIgnored() {
        assertThat(RangeHeader.parse("lines=0-1")).isEmpty();
    }

    @Test
    void severalRangesAreIgnored() {
        assertThat(RangeHeader.parse("bytes=0-1,5-6")).isEmpty();
    }

    @Test
    void severalRangeFieldsAreIgnored() {
        Headers headers = Headers.NONE.with("Range", "bytes=0-1").with("Range", "bytes=0-1");
        assertThat(RangeHeader.of(headers)).isEmpty();
    }

    @Test
    void fieldNameHasNoCase() {
        assertThat(RangeHeader.of(Headers.NONE.with("range", "bytes=2-3")))
                .isEqualTo(Optional.of(new RangeHeader(2, 3)));
    }

    @Test
    void suffixIsNotOpenEnded() {
        RangeHeader suffix = RangeHeader.parse("bytes=-5").orElseThrow();
        assertThat(suffix.isSuffix()).isTrue();
        assertThat(suffix.isOpenEnded()).isFalse();
    }

    @Test
    void contentRangeNamesBothEndsAndTheWhole() {
        RangeHeader.Satisfiable part = new RangeHeader.Satisfiable(5, 9);
        assertThat(part.contentRange(100)).isEqualTo("bytes 5-9/100");
        assertThat(part.length()).isEqualTo(5);
    }

    @Test
    void contentRangeOfTheUnsatisfiableNamesTheWhole() {
        assertThat(new RangeHeader.Unsatisfiable().contentRange(100)).isEqualTo("bytes */100");
    }
}
