package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonArray;
import dev.assay.encoding.JsonDecimal;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages as indexes write them. */
class PageParserTest {
    private static final ProjectName PROJECT = new ProjectName("sampleproject");
    private static final URI BASE = URI.create("https://index.example.org/simple/sampleproject/");
    private static final String WHEEL = "sampleproject-3.0.0-py3-none-any.whl";
    private static final String WHEEL_URL =
            "https://index.example.org/packages/73/f7/6f3ba1a2a6d9cf17a43ddd7e5c7f98a4b97b3b3dc1b54b5a9fcd5e4d9a2c/"
                    + WHEEL;
    private static final Digest WHEEL_SHA256 =
            Digest.ofHex(HashAlgorithm.SHA256, "2e52702990c22cf1ce50206606b769fe0dbd5646a32873916144144aec5473b3");
    private static final Digest CORE_METADATA =
            Digest.ofHex(HashAlgorithm.SHA256, "1a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9");
    private static final String PROVENANCE =
            "https://index.example.org/integrity/sampleproject/3.0.0/" + WHEEL + "/provenance";

    @Test
    void jsonFileWithEveryFieldIsRead() throws Exception {
        ProjectPage page = PageParser.parse(resource("sampleproject.json"), PROJECT, BASE);
        assertThat(page.file(WHEEL))
                .contains(new ProjectFile(
                        WHEEL,
                        WHEEL_URL,
                        List.of(WHEEL_SHA256),
                        ">=3.7, <4",
                        4662L,
                        Instant.parse("2023-06-29T15:22:20.150Z"),
                        new Yanked("wrong <build>"),
                        List.of(CORE_METADATA),
                        PROVENANCE,
                        Map.of("x-ratio", new JsonDecimal("1.50"))));
    }

    @Test
    void jsonFileWithoutOptionalFieldsIsRead() throws Exception {
        ProjectFile file = PageParser.parse(resource("sampleproject.json"), PROJECT, BASE)
                .file("sampleproject-1.0.tar.gz")
                .orElseThrow();
        assertThat(file.url()).startsWith("https://files.example.org/packages/05/93/");
        assertThat(file.digests())
                .containsExactly(Digest.ofHex(
                        HashAlgorithm.SHA256, "ab2ad9ab2b3d5c4a8b6e1dbba6c3c52e1e2ef2b2e0f2c4c8a3e27d8d2f0b5c11"));
        assertThat(file.requiresPython()).isNull();
        assertThat(file.yanked()).isNull();
        assertThat(file.coreMetadata()).isNull();
        assertThat(file.provenance()).isNull();
        assertThat(file.uploadTime()).isEqualTo("2013-01-01T00:00:00Z");
    }

    @Test
    void jsonPageItselfIsRead() throws Exception {
        ProjectPage page = PageParser.parse(resource("sampleproject.json"), PROJECT, BASE);
        assertThat(page.name()).isEqualTo(PROJECT);
        assertThat(page.files()).hasSize(2);
        assertThat(page.versions()).containsExactly("1.0", "3.0.0", "3.1+local", "4.0");
        assertThat(page.status()).isEqualTo("archived");
        assertThat(page.statusReason()).isEqualTo("kept for \"history\" & tests");
        assertThat(page.extra())
                .isEqualTo(Map.of(
                        "alternate-locations",
                        new JsonArray(List.of()),
                        "meta",
                        new JsonObject(Map.of("_last-serial", JsonInteger.of(12345678)))));
    }

    @Test
    void htmlPageItselfIsRead() throws Exception {
        ProjectPage page = PageParser.parse(resource("sampleproject.html"), PROJECT, BASE);
        assertThat(page.name()).isEqualTo(PROJECT);
        assertThat(page.versions()).isNull();
        assertThat(page.status()).isEqualTo("archived");
        assertThat(page.statusReason()).isEqualTo("kept for \"history\" & tests");
        assertThat(page.files())
                .extracting(ProjectFile::filename)
                .containsExactly(
                        "sampleproject-1.0.tar.gz",
                        WHEEL,
                        "sampleproject-3.1+local.tar.gz",
                        "sampleproject-4.0-1-py3-none-any.whl");
    }

    @Test
    void htmlLinkOfAWheelIsRead() throws Exception {
        assertThat(PageParser.parse(resource("sampleproject.html"), PROJECT, BASE)
                        .file(WHEEL))
                .contains(new ProjectFile(
                        WHEEL,
                        WHEEL_URL,
                        List.of(WHEEL_SHA256),
                        ">=3.7, <4",
                        null,
                        null,
                        null,
                        List.of(CORE_METADATA),
                        PROVENANCE,
                        Map.of()));
    }

    @Test
    void htmlNameIsTheDecodedEndOfTheUrlAndNotTheText() throws Exception {
        ProjectFile file = PageParser.parse(resource("sampleproject.html"), PROJECT, BASE)
                .file("sampleproject-3.1+local.tar.gz")
                .orElseThrow();
        assertThat(file.url()).endsWith("/sampleproject-3.1%2Blocal.tar.gz");
        assertThat(file.sha256()).isPresent();
        assertThat(file.yanked()).isEqualTo(new Yanked("wrong <build>"));
        assertThat(file.size()).isEqualTo(5330L);
        assertThat(file.uploadTime()).isEqualTo("2021-11-14T15:08:18.009876Z");
    }

    @Test
    void htmlYankedWithoutValueIsYankedWithoutReason() throws Exception {
        ProjectFile file = PageParser.parse(resource("sampleproject.html"), PROJECT, BASE)
                .file("sampleproject-4.0-1-py3-none-any.whl")
                .orElseThrow();
        assertThat(file.yanked()).isEqualTo(new Yanked(""));
        assertThat(file.coreMetadata()).isEmpty();
        assertThat(file.digests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://h.example/p/a-1.zip, https://h.example/p/a-1.zip",
        "//h.example/a-1.zip, https://h.example/a-1.zip",
        "/p/a-1.zip, https://index.example.org/p/a-1.zip",
        "a-1.zip, https://index.example.org/simple/sampleproject/a-1.zip",
        "../../p/a-1.zip, https://index.example.org/p/a-1.zip",
        "../../../../p/a-1.zip, https://index.example.org/p/a-1.zip",
        "https://h.example/x/../p/./a-1.zip, https://h.example/p/a-1.zip",
        "/p/a-1.zip?v=1, https://index.example.org/p/a-1.zip?v=1",
        "/p q/a-1.zip, https://index.example.org/p%20q/a-1.zip",
        "/p%20q/%7Ea/a-1.zip, https://index.example.org/p%20q/%7Ea/a-1.zip",
        "http://127.0.0.1:8080/a-1.zip, http://127.0.0.1:8080/a-1.zip",
        "http://[::1]:8080/a-1.zip, http://[::1]:8080/a-1.zip"
    })
    void urlsAreResolvedAndKept(String url, String expected) throws Exception {
        assertThat(PageParser.parseHtml(html("<a href='" + url + "#egg=a'>x</a>"), PROJECT, BASE)
                        .files())
                .extracting(ProjectFile::url)
                .containsExactly(expected);
    }

    @Test
    void baseElementIsIgnored() throws Exception {
        assertThat(PageParser.parseHtml(
                                html("<base href='https://evil.example/'><a href='a-1.zip'>a-1.zip</a>"), PROJECT, BASE)
                        .files())
                .extracting(ProjectFile::url)
                .containsExactly("https://index.example.org/simple/sampleproject/a-1.zip");
    }

    @ParameterizedTest
    @CsvSource({
        "javascript:alert(1)/a-1.zip",
        "data:text/html;base64/a-1.zip",
        "file:///etc/a-1.zip",
        "ftp://h.example/a-1.zip",
        "mailto:a@example.org",
        "../",
        "/",
        "#a-1.zip"
    })
    void htmlAnchorThatLeadsToNoFileIsLeftOut(String href) throws Exception {
        assertThat(PageParser.parseHtml(html("<a href='" + href + "'>a-1.zip</a><a>a-2.zip</a>"), PROJECT, BASE)
                        .files())
                .isEmpty();
    }

    @Test
    void laterMinorApiVersionIsRead() throws Exception {
        assertThat(PageParser.parseHtml(html("<meta name='pypi:repository-version' content='1.99'>"), PROJECT, BASE)
                        .files())
                .isEmpty();
        assertThat(PageParser.parseJson(
                                utf8("{\"meta\":{\"api-version\":\"1.99\"},\"name\":\"sampleproject\",\"files\":[]}"),
                                PROJECT,
                                BASE)
                        .files())
                .isEmpty();
    }

    @Test
    void olderKeysOfCoreMetadataStandInWhereTheNewOneIsAbsent() throws Exception {
        for (String key : List.of("core-metadata", "data-dist-info-metadata", "dist-info-metadata")) {
            String page =
                    "{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"sampleproject\",\"files\":[{\"filename\":\"a-1.zip\","
                            + "\"url\":\"a-1.zip\",\"hashes\":{},\"" + key + "\":{\"sha256\":\"" + CORE_METADATA.hex()
                            + "\"}}]}";
            assertThat(PageParser.parseJson(utf8(page), PROJECT, BASE)
                            .files()
                            .get(0)
                            .coreMetadata())
                    .as(key)
                    .isEqualTo(List.of(CORE_METADATA));
        }
    }

    @Test
    void formIsToldByTheFirstByteThatIsNoWhiteSpace() throws Exception {
        String json = " \r\n\t{\"meta\":{\"api-version\":\"1.0\"},\"name\":\"sampleproject\",\"files\":[],\"x\":1}";
        assertThat(PageParser.parse(utf8(json), PROJECT, BASE).extra()).containsKey("x");
        assertThat(PageParser.parse(utf8("  <a href='a-1.zip'>{</a>"), PROJECT, BASE)
                        .files())
                .hasSize(1);
    }

    static byte[] html(String body) {
        return utf8("<!DOCTYPE html><html><head></head><body>" + body + "</body></html>");
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PageParserTest.class.getResourceAsStream("/simple/" + name), name)) {
            return in.readAllBytes();
        }
    }
}
