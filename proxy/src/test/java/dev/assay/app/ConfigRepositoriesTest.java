package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.gate.Layout;
import dev.assay.upstream.Access;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose signatures count, and where files are looked for: from text to the configuration. */
final class ConfigRepositoriesTest extends ConfigTestCase {
    private static final String SEVERAL = """
            repositories:
              corp: {metadata-url: https://corp.test/metadata/, root: corp.json, mirrors: [{url: https://mirror.corp.test/simple/}]}
              eu: {metadata-url: https://eu.test/metadata/, root: eu.json, mirrors: [{url: https://mirror.eu.test/}]}
              us: {metadata-url: https://us.test/metadata/, root: us.json, mirrors: [{url: https://mirror.us.test/}]}
            map:
              - {projects: [acme, "acme-*"], repositories: [corp]}
              - {projects: ["*"], repositories: [eu, us]}
            """;

    @Test
    void signedPagesAreLookedForBesideTheMetadata() throws Exception {
        assertThat(only(read(LEAST)).targets()).isEqualTo(URI.create("https://index.test/tuf/"));
    }

    @Test
    void aMirrorIsNamedByItsHostAndKeepsFilesBesideItsIndex() throws Exception {
        assertThat(only(read(LEAST)).mirrors())
                .containsExactly(new Mirror(
                        "mirror.test-8081",
                        URI.create("http://mirror.test:8081/pypi/simple/"),
                        URI.create("http://mirror.test:8081/pypi/")));
    }

    @Test
    void aMirrorIsSpokenToAsItsKeysSay() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "abc");
        Config config = read(LEAST
                + "  - {url: https://far.test/simple/, transfers: 4, maximum-rate: 1MiB/s, proxy: \"http://p.test:1\","
                + " credentials-file: " + token + "}\n");

        Access plain = config.repositories().get(0).mirrors().get(0).access();
        Access far = config.repositories().get(0).mirrors().get(1).access();
        assertThat(plain.credentials()).isEmpty();
        assertThat(plain.proxy()).isEmpty();
        assertThat(far.credentials()).isPresent();
        assertThat(far.proxy().orElseThrow().host()).isEqualTo("p.test");
        assertThat(far.transfers()).isEqualTo(4);
        assertThat(far.bytesPerSecond()).isEqualTo(1 << 20);
    }

    @Test
    void exactlyTheConfiguredPlacesMayBeAsked() throws Exception {
        Config config = read(LEAST + """
                          - url: file:///srv/mirror/simple/
                          - {name: far, url: https://far.test/simple/, files: https://files.far.test/}
                        """);

        UpstreamOptions places = only(config).places(config.upstream());
        assertThat(places.hosts())
                .containsExactlyInAnyOrder(
                        "index.test:443",
                        "index.test:443",
                        "mirror.test:8081",
                        "mirror.test:8081",
                        "far.test:443",
                        "files.far.test:443");
        assertThat(places.folders()).containsExactly(Path.of("/srv/mirror/simple"), Path.of("/srv/mirror"));
    }

    @Test
    void twoMirrorsOfOneNameAreRefused() {
        assertThat(problems(LEAST + "  - url: http://mirror.test:8081/other/simple/\n"))
                .singleElement()
                .asString()
                .contains("mirrors.name: \"mirror.test-8081\" twice");
    }

    @Test
    void aMirrorWithAnUnknownKeyIsRefused() {
        assertThat(problems(LEAST + "  - {uri: http://x/}\n"))
                .containsExactly(
                        file() + ":6: \"mirrors.uri\": unknown key (did you mean mirrors.url?)",
                        file() + ":6: mirrors.url: not set (expected: " + ValueType.BASE_URL.expected() + ")");
    }

    @ParameterizedTest
    @CsvSource({"assay, simple/{project}/vnd.pypi.simple.v1.json", "pep458, simple/{project}/", "pages-only, {project}"
    })
    void aLayoutIsChosenByName(String name, String firstPage) throws Exception {
        assertThat(only(read(withLayout(name))).layout().pages()).first().isEqualTo(firstPage);
    }

    @Test
    void aLayoutMayBeGivenByPatterns() throws Exception {
        Config config = read(withLayout("""
                {pages: ["pages/{project}.json"], files: "files/{path}", list: "all.json", prefixed: off}\
                """));

        assertThat(only(config).layout())
                .isEqualTo(new Layout(
                        List.of("pages/{project}.json"), Optional.of("files/{path}"), Optional.of("all.json"), false));
    }

    @Test
    void aLayoutWithoutPatternsForFilesTrustsThemThroughTheirPage() throws Exception {
        assertThat(only(read(withLayout("{pages: [\"{project}\"]}"))).layout()).isEqualTo(Layout.PAGES_ONLY);
    }

    @Test
    void aVariableNamesAPresetInPlaceOfTheFilesOwnLayout() throws Exception {
        String file = withLayout("{pages: [\"x/{project}\"]}");

        assertThat(only(read(file, Map.of("ASSAY_REPOSITORY_LAYOUT", "pep458"), Map.of()))
                        .layout())
                .isEqualTo(Layout.PEP458);
    }

    @Test
    void aPatternThatCanNameNothingIsShownWithWhatIsExpected() throws Exception {
        assertThat(problems(withLayout("{pages: [\"simple/\"]}")))
                .singleElement()
                .asString()
                .contains("repository.layout.pages: \"simple/\" (expected: a relative path with {project} in it");
    }

    @Test
    void aLayoutByPatternsNeedsThoseOfPages() throws Exception {
        assertThat(problems(withLayout("{files: \"packages/{path}\"}")))
                .singleElement()
                .asString()
                .contains("repository.layout.pages: not set");
    }

    @Test
    void severalRepositoriesHaveMirrorsOfTheirOwnAndAMap() throws Exception {
        Config config = read(SEVERAL);

        assertThat(config.repositories()).extracting(Config.Repository::name).containsExactly("corp", "eu", "us");
        assertThat(config.repositories().get(0).places(config.upstream()).hosts())
                .containsOnly("corp.test:443", "mirror.corp.test:443");
        assertThat(config.map())
                .extracting(Config.Entry::repositories)
                .containsExactly(List.of("corp"), List.of("eu", "us"));
        assertThat(config.map()).extracting(Config.Entry::threshold).containsExactly(1, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"acme-*\" | Acme_X | map.projects: \"Acme_X\" (expected: a normalized name (PEP 503)",
                "\"acme-*\" | a--b | map.projects: \"a--b\" (expected: a normalized name (PEP 503)",
                "[corp] | [crop] | map.repositories: \"crop\" (expected: of corp, eu, us)",
                "[corp] | [us] | repositories.corp: no entry of the map names it",
                "[eu, us] | [us, us] | map.repositories: one is named twice",
                "[eu, us] | [eu, us], threshold: 1 | map.threshold: 1 (expected: 2 to 2)",
                "[eu, us] | [eu, us], threshold: 3 | map.threshold: 3 (expected: 2 to 2)",
                "https://mirror.us.test/ | https://mirror.eu.test/simple/ | mirrors.name: \"mirror.eu.test\" twice",
                "root: us.json | rot: us.json | did you mean repository.root",
                "map: | mirrors: [{url: http://x.test/}]~map: | repository or mirrors beside repositories",
                "map: | x-map: | map: none (expected: for each repository",
            })
    void aMapThatDoesNotFitItsRepositoriesIsExplained(String good, String bad, String problem) throws Exception {
        assertThat(SEVERAL).contains(good);

        assertThat(problems(SEVERAL.replace(good, bad.replace("~", "\n")))).anyMatch(line -> line.contains(problem));
    }

    @Test
    void aMapNeedsRepositoriesThatHaveNames() throws Exception {
        assertThat(problems(LEAST + "map: [{projects: [a], repositories: [b]}]\n"))
                .singleElement()
                .asString()
                .contains("map: needs repositories");
    }

    private static String withLayout(String layout) {
        return LEAST.replace("  root: root.json\n", "  root: root.json\n  layout: " + layout + "\n");
    }

    @Test
    void aMirrorMayCarryMetadataAndThePagesBesideIt() throws Exception {
        Config config = read(LEAST
                + "  - {url: https://a.test/simple/, metadata-url: https://a.test/copy/metadata/}\n"
                + "  - {url: https://b.test/simple/, metadata-url: https://b.test/tuf/metadata/,"
                + " targets-url: https://c.test/tuf/targets/}\n");

        assertThat(only(config).mirrors())
                .extracting(Mirror::signed)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(new Mirror.Signed(
                                URI.create("https://a.test/copy/metadata/"), URI.create("https://a.test/copy/"))),
                        Optional.of(new Mirror.Signed(
                                URI.create("https://b.test/tuf/metadata/"),
                                URI.create("https://c.test/tuf/targets/"))));
        assertThat(only(config).places(config.upstream()).hosts()).contains("c.test:443");
    }

    @Test
    void thereIsNoGraceUntilOneIsGiven() throws Exception {
        assertThat(only(read(LEAST)).grace()).isZero();
        assertThat(only(read(LEAST.replaceFirst("(?m)^repository:$", "repository:\n  grace: 2d")))
                        .grace())
                .isEqualTo(Duration.ofDays(2));
    }
}
