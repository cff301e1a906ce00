package dev.assay.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonDecimal;
import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PageRendererTest {
    private static final ProjectName PROJECT = new ProjectName("sample");
    private static final URI BASE = URI.create("https://index.example.org/simple/sample/");
    private static final String HEX = "0123456789abcdef".repeat(4);
    private static final Digest SHA256 = Digest.ofHex(HashAlgorithm.SHA256, HEX);
    private static final int PAGES = 300;

    private static final ProjectPage FULL = new ProjectPage(
            PROJECT,
            List.of(new ProjectFile(
                    "sample-1.0+x.tar.gz",
                    "/packages/00/11/22/sample-1.0%2Bx.tar.gz",
                    List.of(Digest.of(HashAlgorithm.SHA512, new byte[0]), SHA256),
                    ">=3.8,<4",
                    123L,
                    Instant.parse("2024-02-29T23:59:59.120Z"),
                    new Yanked("bad \"build\""),
                    List.of(SHA256),
                    "https://index.example.org/p?a=1&b=2",
                    Map.of("z", JsonInteger.of(1), "y", new JsonString("é")))),
            List.of("1.0+x"),
            "deprecated",
            "use <other>",
            Map.of("meta", new JsonObject(Map.of("_last-serial", JsonInteger.of(7))), "tail", new JsonDecimal("1.0")));

    private static final ProjectPage BARE = new ProjectPage(
            PROJECT,
            List.of(new ProjectFile(
                    "sample-1.zip", "/p/sample-1.zip", List.of(), null, null, null, null, null, null, Map.of())),
            null,
            null,
            null,
            Map.of());

    @Test
    void jsonSaysEverythingInAFixedOrder() {
        assertThat(render(FULL, PageFormat.JSON))
                .isEqualTo(
                        "{\"meta\":{\"api-version\":\"1.4\",\"_last-serial\":7},\"name\":\"sample\","
                                + "\"project-status\":{\"status\":\"deprecated\",\"reason\":\"use <other>\"},\"versions\":[\"1.0+x\"],"
                                + "\"files\":[{\"filename\":\"sample-1.0+x.tar.gz\",\"url\":\"/packages/00/11/22/sample-1.0%2Bx.tar.gz\","
                                + "\"hashes\":{\"sha256\":\"" + HEX
                                + "\"},\"requires-python\":\">=3.8,<4\",\"size\":123,"
                                + "\"upload-time\":\"2024-02-29T23:59:59.120000Z\",\"yanked\":\"bad \\\"build\\\"\","
                                + "\"core-metadata\":{\"sha256\":\"" + HEX
                                + "\"},\"data-dist-info-metadata\":{\"sha256\":\"" + HEX
                                + "\"},\"provenance\":\"https://index.example.org/p?a=1&b=2\",\"y\":\"é\",\"z\":1}],\"tail\":1.0}");
    }

    @Test
    void jsonInventsNothing() {
        assertThat(render(BARE, PageFormat.JSON))
                .isEqualTo(
                        "{\"meta\":{\"api-version\":\"1.4\"},\"name\":\"sample\",\"files\":[{\"filename\":\"sample-1.zip\","
                                + "\"url\":\"/p/sample-1.zip\",\"hashes\":{},\"yanked\":false,\"core-metadata\":false,"
                                + "\"data-dist-info-metadata\":false}]}");
    }

    @Test
    void htmlSaysEverythingItCan() {
        assertThat(render(FULL, PageFormat.HTML)).isEqualTo("""
                <!DOCTYPE html>
                <html>
                  <head>
                    <meta name="pypi:repository-version" content="1.4">
                    <meta name="pypi:project-status" content="deprecated">
                    <meta name="pypi:project-status-reason" content="use &lt;other&gt;">
                    <title>Links for sample</title>
                  </head>
                  <body>
                    <h1>Links for sample</h1>
                <a href="/packages/00/11/22/sample-1.0%2Bx.tar.gz#sha256=HEX" data-requires-python="&gt;=3.8,&lt;4" data-size="123" \
                data-upload-time="2024-02-29T23:59:59.120000Z" data-yanked="bad &quot;build&quot;" \
                data-dist-info-metadata="sha256=HEX" data-core-metadata="sha256=HEX" \
                data-provenance="https://index.example.org/p?a=1&amp;b=2">sample-1.0+x.tar.gz</a><br />
                  </body>
                </html>
                """.replace("HEX", HEX));
    }

    @Test
    void htmlInventsNothing() {
        assertThat(render(BARE, PageFormat.HTML)).contains("\n<a href=\"/p/sample-1.zip\">sample-1.zip</a><br />\n");
    }

    @Test
    void legacyHtmlIsTheSameBytes() {
        assertThat(PageRenderer.render(FULL, PageFormat.LEGACY_HTML))
                .isEqualTo(PageRenderer.render(FULL, PageFormat.HTML));
    }

    @Test
    void coreMetadataWithoutSha256IsAnnouncedWithoutHash() {
        ProjectFile file =
                new ProjectFile("a-1.zip", "/a-1.zip", List.of(), null, null, null, null, List.of(), null, Map.of());
        ProjectPage page = new ProjectPage(PROJECT, List.of(file), null, null, null, Map.of());
        assertThat(render(page, PageFormat.JSON)).contains("\"core-metadata\":true,\"data-dist-info-metadata\":true");
        assertThat(render(page, PageFormat.HTML))
                .contains("data-dist-info-metadata=\"true\" data-core-metadata=\"true\"");
    }

    @Test
    void whatNoUrlCanHoldIsPercentEncoded() {
        ProjectFile file = new ProjectFile(
                "a.zip", "/ü \"#\u0001\\/𝕏/a.zip", List.of(), null, null, null, null, null, null, Map.of());
        ProjectPage page = new ProjectPage(PROJECT, List.of(file), null, null, null, Map.of());
        String url = "/%C3%BC%20%22%23%01%5C/%F0%9D%95%8F/a.zip\"";
        assertThat(render(page, PageFormat.JSON)).contains("\"url\":\"" + url);
        assertThat(render(page, PageFormat.HTML)).contains("href=\"" + url);
    }

    @Test
    void modelRefusesAnExtraKeyThatItKnows() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProjectFile(
                        "a.zip",
                        "/a.zip",
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        Map.of("hashes", JsonObject.EMPTY)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new ProjectPage(PROJECT, List.of(), null, null, null, Map.of("files", JsonObject.EMPTY)));
    }

    @Test
    void rootPageListsProjects() {
        RootPage root = new RootPage(List.of(new ProjectName("a"), new ProjectName("b-c")));
        assertThat(new String(PageRenderer.render(root, PageFormat.JSON), StandardCharsets.UTF_8))
                .isEqualTo("{\"meta\":{\"api-version\":\"1.4\"},\"projects\":[{\"name\":\"a\"},{\"name\":\"b-c\"}]}");
        assertThat(new String(PageRenderer.render(root, PageFormat.HTML), StandardCharsets.UTF_8))
                .contains("content=\"1.4\"", "\n<a href=\"a/\">a</a><br />\n<a href=\"b-c/\">b-c</a><br />\n");
    }

    @Test
    void jsonRoundTrips() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of PageRendererTest.jsonRoundTrips: " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < PAGES; i++) {
            ProjectPage page = page(random, true);
            byte[] bytes = PageRenderer.render(page, PageFormat.JSON);
            assertThat(PageParser.parse(bytes, PROJECT, BASE))
                    .as("seed %d", seed)
                    .isEqualTo(page);
        }
    }

    @Test
    void htmlRoundTrips() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed of PageRendererTest.htmlRoundTrips: " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < PAGES; i++) {
            ProjectPage page = page(random, false);
            byte[] bytes = PageRenderer.render(page, PageFormat.HTML);
            assertThat(PageParser.parse(bytes, PROJECT, BASE))
                    .as("seed %d", seed)
                    .isEqualTo(page);
        }
    }

    /** A page as the named form can hold it: HTML has no versions and no unknown keys. */
    private static ProjectPage page(Random random, boolean json) {
        List<ProjectFile> files = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            files.add(file(random, json, i));
        }
        String status = maybe(random, "archived");
        return new ProjectPage(
                PROJECT,
                files,
                json && random.nextBoolean() ? List.of("1", text(random)) : null,
                status,
                status == null ? null : maybe(random, text(random)),
                json ? extra(random) : Map.of());
    }

    private static ProjectFile file(Random random, boolean json, int number) {
        String version = number + (random.nextBoolean() ? "%2B" : "!");
        String name = "sample-" + version + ".zip";
        List<Digest> hash = List.of(Digest.of(HashAlgorithm.SHA256, new byte[] {(byte) number}));
        String specifier = ">=3." + random.nextInt(20) + ", <'4' & \"5\"";
        Instant time = Instant.ofEpochSecond(random.nextInt(), 1000L * random.nextInt(1_000_000));
        List<Digest> metadata = random.nextBoolean() ? hash : List.of();
        return new ProjectFile(
                name.replace("%2B", "+"),
                "https://files.example.org/" + number + "/" + name,
                random.nextBoolean() ? hash : List.of(),
                maybe(random, specifier),
                random.nextBoolean() ? random.nextLong() >>> 1 : null,
                maybe(random, time),
                random.nextBoolean() ? new Yanked(random.nextBoolean() ? "" : text(random)) : null,
                maybe(random, metadata),
                maybe(random, "https://index.example.org/p?a='1'&b=2"),
                json ? extra(random) : Map.of());
    }

    private static Map<String, JsonValue> extra(Random random) {
        return random.nextBoolean() ? Map.of() : Map.of("x" + random.nextInt(9), new JsonString(text(random)));
    }

    /** Not empty, and with what a writer could get wrong. */
    private static String text(Random random) {
        String[] pieces = {
            "a", "\"", "'", "<", ">", "&", "&amp;", "\\", "\t", "\n", "\r", "é", "€", "𝕏", "\u2028", " ", "</a>", "]]>"
        };
        StringBuilder text = new StringBuilder("t");
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static <T> @Nullable T maybe(Random random, T value) {
        return random.nextBoolean() ? value : null;
    }

    private static String render(ProjectPage page, PageFormat format) {
        return new String(PageRenderer.render(page, format), StandardCharsets.UTF_8);
    }
}
