package dev.assay.simple;

import static dev.assay.simple.PageParserTest.html;
import static dev.assay.simple.PageParserTest.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages written to do harm, each refused whole or read the only way there is. */
class HostilePageTest {
    private static final ProjectName PROJECT = new ProjectName("a");
    private static final URI BASE = URI.create("https://index.example.org/simple/a/");
    private static final String HEX = "ab".repeat(32);
    private static final int DEPTH = 100_000;
    private static final Duration LINEAR = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"size\":1.0",
                "\"size\":1e3",
                "\"size\":-1",
                "\"size\":\"1\"",
                "\"size\":9223372036854775808",
                "\"size\":true",
                "\"requires-python\":3",
                "\"requires-python\":\">=3\\n\"",
                "\"upload-time\":1700000000",
                "\"upload-time\":\"yesterday\"",
                "\"upload-time\":\"2024-01-01\"",
                "\"upload-time\":\"2024-01-01T00:00:00\"",
                "\"upload-time\":\"2024-01-01T00:00:00+01:00\"",
                "\"upload-time\":\"2024-01-01T00:00:00.1234567Z\"",
                "\"upload-time\":\"+10000-01-01T00:00:00Z\"",
                "\"yanked\":null",
                "\"yanked\":\"\"",
                "\"yanked\":1",
                "\"core-metadata\":null",
                "\"core-metadata\":\"true\"",
                "\"core-metadata\":{\"sha256\":\"00\"}",
                "\"core-metadata\":{\"sha256\":1}",
                "\"data-dist-info-metadata\":1",
                "\"provenance\":\"/relative\"",
                "\"provenance\":\"javascript:alert(1)\"",
                "\"provenance\":true",
                "\"filename\":\"a-1.zip\""
            })
    void jsonFileWithAFieldOfAWrongTypeIsMalformed(String member) {
        assertMalformedJson(file("a-1.zip", "a-1.zip", "{}", member));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "1",
                "[]",
                "{}",
                "{\"filename\":\"a-1.zip\",\"url\":\"a-1.zip\"}",
                "{\"filename\":\"a-1.zip\",\"hashes\":{}}",
                "{\"url\":\"a-1.zip\",\"hashes\":{}}",
                "{\"filename\":null,\"url\":\"a-1.zip\",\"hashes\":{}}",
                "{\"filename\":\"a-1.zip\",\"url\":null,\"hashes\":{}}",
                "{\"filename\":\"a-1.zip\",\"url\":\"a-1.zip\",\"hashes\":null}",
                "{\"filename\":\"a-1.zip\",\"url\":\"a-1.zip\",\"hashes\":[]}",
                "{\"filename\":\"a-1.zip\",\"url\":\"a-1.zip\",\"hashes\":{\"sha256\":null}}",
                "{\"filename\":\"a-1.zip\",\"url\":\"a-1.zip\",\"hashes\":{\"sha256\":\"00\"}}",
                "{\"filename\":\"a-1.zip\",\"url\":\"a-1.zip\",\"hashes\":{\"md5\":1}}"
            })
    void jsonEntryThatIsNoFileIsMalformed(String entry) {
        assertMalformedJson(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\"}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"files\":[]}",
                "{\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{},\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{\"api-version\":1.0},\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"2.0\"},\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"1\"},\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"1.99999999999999\"},\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"b\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"name\":\"a\",\"files\":[]}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":{}}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":[],\"versions\":null}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":[],\"versions\":[1]}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":[],\"project-status\":\"active\"}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":[],\"project-status\":{}}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":[],\"project-status\":{\"status\":1}}",
                "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"a\",\"files\":[]} x"
            })
    void jsonThatIsNoPageOfTheProjectIsMalformed(String page) {
        assertMalformed(() -> PageParser.parseJson(utf8(page), PROJECT, BASE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:a-1.zip",
                "data:,/a-1.zip",
                "file:///a-1.zip",
                "https:///a-1.zip",
                "https:a-1.zip",
                "https://user:secret@h.example/a-1.zip",
                "https://h.example\\\\@evil.example/a-1.zip",
                "/%2e%2e/a-1.zip",
                "/x/%2E/a-1.zip",
                "/%zz/a-1.zip",
                "/%ff/a-1.zip",
                "/\\t/a-1.zip",
                "/\\u0000/a-1.zip",
                "/p/b-1.zip",
                "/p/a-1.zip/",
                "/p/?a-1.zip",
                ""
            })
    void jsonUrlThatClientsReadDifferentlyIsMalformed(String url) {
        assertMalformedJson(file("a-1.zip", url, "{}", "\"x\":1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@h.example/a-1.zip",
                "https://h.example\\@evil.example/a-1.zip",
                "/x%2Fa-1.zip",
                "/x%5Ca-1.zip",
                "/a-1%00.zip",
                "/a-1%0a.zip",
                "/%2e%2e",
                "/%2e",
                "/a-1&#1;.zip",
                "a-1.zip#sha256=00",
                "a-1.zip#sha256=",
                "a-1.zip#egg=a&amp;sha256=zz"
            })
    void htmlUrlThatCouldLeaveItsFolderOrLieIsMalformed(String href) {
        assertMalformedHtml("<a href=\"" + href + "\">a-1.zip</a>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data-size='1.0'",
                "data-size='-1'",
                "data-size='9223372036854775808'",
                "data-upload-time='now'",
                "data-core-metadata=''",
                "data-core-metadata='yes'",
                "data-core-metadata='sha256=00'",
                "data-provenance='/relative'",
                "data-requires-python='&#10;'"
            })
    void htmlAttributeWithAWrongValueIsMalformed(String attribute) {
        assertMalformedHtml("<a href='a-1.zip' " + attribute + ">a-1.zip</a>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<meta name='pypi:repository-version' content='2.0'>",
                "<meta name='pypi:repository-version' content=''>",
                "<meta name='pypi:project-status' content='active'><meta name='pypi:project-status' content='quarantined'>",
                "<meta name='pypi:project-status-reason' content='why'>"
            })
    void htmlMetadataThatContradictsItselfIsMalformed(String metas) {
        assertMalformedHtml(metas);
    }

    @Test
    void twoFilesOfOneNameAreMalformed() {
        String one = file("a-1.zip", "/x/a-1.zip", "{}", "\"x\":1");
        String other = file("a-1.zip", "/y/a-1.zip", "{}", "\"x\":1");
        assertMalformedJson(one + "," + other);
        assertMalformedHtml("<a href='/x/a-1.zip'>1</a><a href='/y/a%2D1.zip'>2</a>");
    }

    @Test
    void bytesThatAreNotUtf8AreMalformed() {
        byte[] latin1 = "<meta charset='iso-8859-1'><a href='a-1.zip'>é</a>".getBytes(StandardCharsets.ISO_8859_1);
        assertMalformed(() -> PageParser.parseHtml(latin1, PROJECT, BASE));
    }

    @Test
    void urlLongerThanTheBoundIsMalformed() {
        assertMalformedHtml("<a href='/" + "x".repeat(4096) + "/a-1.zip'>a-1.zip</a>");
    }

    @Test
    void nameLongerThanTheBoundIsMalformed() {
        assertMalformedHtml("<a href='/" + "x".repeat(256) + "'>x</a>");
    }

    @Test
    void asManyFilesAsTheBoundAreReadInLinearTime() {
        StringBuilder anchors = new StringBuilder();
        for (int i = 0; i < PageParser.MAX_FILES; i++) {
            anchors.append("<a href=\"a-").append(i).append(".zip\">x</a>\n");
        }
        Assertions.assertTimeoutPreemptively(
                LINEAR,
                () -> assertThat(PageParser.parseHtml(utf8(anchors.toString()), PROJECT, BASE)
                                .files())
                        .hasSize(PageParser.MAX_FILES));
    }

    @Test
    void moreFilesThanTheBoundAreMalformed() {
        String entries = "1,".repeat(PageParser.MAX_FILES) + "1";
        assertThatExceptionOfType(MalformedPageException.class)
                .isThrownBy(() -> PageParser.parseJson(page(entries), PROJECT, BASE))
                .withMessageContaining("files: 200001 (expected: <= 200000)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<div>", "<b>", "<a href='#'>", "<table>", "<svg>", "<p><b>"})
    void deepNestingCostsNoMoreThanItsLength(String tag) {
        byte[] page = utf8(tag.repeat(DEPTH) + "<a href='a-1.zip'>x</a>");
        Assertions.assertTimeoutPreemptively(
                LINEAR,
                () -> assertThat(PageParser.parseHtml(page, PROJECT, BASE).files())
                        .hasSize(1));
    }

    @Test
    void deepJsonIsMalformed() {
        assertMalformedJson("[".repeat(100_000) + "]".repeat(100_000));
    }

    @Test
    void messagesEscapeWhatTheyQuote() {
        assertThatExceptionOfType(MalformedPageException.class)
                .isThrownBy(() ->
                        PageParser.parseJson(page(file("a\\u001b[31m\\n-1.zip", "/x", "{}", "\"x\":1")), PROJECT, BASE))
                .satisfies(e -> assertThat(e.getMessage()).matches("[ -~…]+"));
    }

    @Test
    void markupInValuesComesOutAsText() throws Exception {
        String reason = "\\\"><script>alert('1')</script>&amp;\\u0000";
        byte[] json = page(file(
                "a-1.zip",
                "/'\\\"<x>/a-1.zip?a=1&b=2",
                "{\"sha256\":\"" + HEX + "\"}",
                "\"yanked\":\"" + reason + "\""));
        String rendered = new String(
                PageRenderer.render(PageParser.parseJson(json, PROJECT, BASE), PageFormat.HTML),
                StandardCharsets.UTF_8);
        assertThat(rendered)
                .contains("href=\"https://index.example.org/&#39;%22%3Cx%3E/a-1.zip?a=1&amp;b=2#sha256=" + HEX + "\"")
                .contains("data-yanked=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\ufffd\"")
                .doesNotContain("<script>");
    }

    private static String file(String filename, String url, String hashes, String member) {
        return "{\"filename\":\"" + filename + "\",\"url\":\"" + url + "\",\"hashes\":" + hashes + "," + member + "}";
    }

    private static byte[] page(String files) {
        return utf8("{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"a\",\"files\":[" + files + "]}");
    }

    private static void assertMalformedJson(String files) {
        assertMalformed(() -> PageParser.parseJson(page(files), PROJECT, BASE));
    }

    private static void assertMalformedHtml(String body) {
        assertMalformed(() -> PageParser.parseHtml(html(body), PROJECT, BASE));
    }

    private static void assertMalformed(ThrowingCallable parse) {
        assertThatExceptionOfType(MalformedPageException.class).isThrownBy(parse);
    }
}
