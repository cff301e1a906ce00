package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageFormatTest {
    private static final String V1_JSON = "application/vnd.pypi.simple.v1+json";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "pip, pdm | application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01 | JSON",
                "uv | application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01 | JSON",
                "poetry, PyPI | application/vnd.pypi.simple.v1+json | JSON",
                "poetry, other indexes | */* | LEGACY_HTML",
                "pip 18 to 22.1 | text/html | LEGACY_HTML",
                "browser | text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | LEGACY_HTML"
            })
    void clientsGetTheFormatTheyPrefer(String client, String accept, PageFormat expected) {
        assertThat(PageFormat.negotiate(List.of(accept), null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.pypi.simple.latest+json | JSON",
                "application/vnd.pypi.simple.latest+html | HTML",
                "APPLICATION/VND.PYPI.SIMPLE.V1+JSON | JSON",
                "text/html, application/vnd.pypi.simple.v1+json | JSON",
                "text/html, application/vnd.pypi.simple.v1+html | HTML",
                "text/html;q=0.5, application/vnd.pypi.simple.v1+json;q=0.49 | LEGACY_HTML",
                "application/vnd.pypi.simple.v1+json;q=0, */* | LEGACY_HTML",
                "application/vnd.pypi.simple.v1+json, */* | JSON",
                "application/vnd.pypi.simple.v1+json;q=0.3, */*;q=0.5 | LEGACY_HTML",
                "text/html;q=0, */*;q=0.5 | HTML",
                "application/* | HTML",
                "application/*, application/vnd.pypi.simple.v1+json;q=0 | HTML",
                "text/* | LEGACY_HTML",
                "text/*;q=0.5, application/*;q=0.6 | HTML",
                "image/png | LEGACY_HTML",
                "application/vnd.pypi.simple.v2+json | LEGACY_HTML",
                "text/html;q=0 | LEGACY_HTML",
                "*/*;q=0 | LEGACY_HTML",
                "text/html;level=1;q=0.2, application/vnd.pypi.simple.v1+html;q=0.3 | HTML"
            })
    void qualityThenPrecisionDecides(String accept, PageFormat expected) {
        assertThat(PageFormat.negotiate(List.of(accept), null)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"q=2", "q=1.001", "q=-1", "q=", "q=x", "q=0.1234", "q=1.0000", "q=00", "q=.5", "q=0x1"})
    void partWithAMalformedQualityIsIgnored(String quality) {
        assertThat(PageFormat.negotiate(List.of(V1_JSON + ";" + quality + ", text/html;q=0.001"), null))
                .isEqualTo(PageFormat.LEGACY_HTML);
    }

    @Test
    void rubbishIsIgnored() {
        assertThat(PageFormat.negotiate(List.of(",,;q=1,/,*," + ";".repeat(50), " , " + V1_JSON + ";q=0.001"), null))
                .isEqualTo(PageFormat.JSON);
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(PageFormat.negotiate(List.of("text/html;q=0.5", V1_JSON), null))
                .isEqualTo(PageFormat.JSON);
    }

    @Test
    void withoutAcceptItIsLegacyHtml() {
        assertThat(PageFormat.negotiate(List.of(), null)).isEqualTo(PageFormat.LEGACY_HTML);
    }

    @Test
    void queryComesBeforeAccept() {
        assertThat(PageFormat.negotiate(List.of("text/html"), V1_JSON)).isEqualTo(PageFormat.JSON);
        assertThat(PageFormat.negotiate(List.of(V1_JSON), "text/html")).isEqualTo(PageFormat.LEGACY_HTML);
    }

    @Test
    void unknownQueryFormatIsIgnored() {
        assertThat(PageFormat.negotiate(List.of(V1_JSON), "application/xml")).isEqualTo(PageFormat.JSON);
    }
}
