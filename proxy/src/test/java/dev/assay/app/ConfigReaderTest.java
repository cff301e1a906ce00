package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.assay.crypto.SignatureScheme;
import dev.assay.gate.GateOptions.Delivery;
import dev.assay.gate.Layout;
import dev.assay.upstream.Access;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From text to the configuration, and what is refused on the way. */
class ConfigReaderTest {
    private static final String LEAST = """
            repository:
              metadata-url: https://index.test/tuf/metadata/
              root: root.json
            mirrors:
              - url: http://mirror.test:8081/pypi/simple/
            """;

    private static final String SEVERAL = """
            repositories:
              corp: {metadata-url: https://corp.test/metadata/, root: corp.json, mirrors: [{url: https://mirror.corp.test/simple/}]}
              eu: {metadata-url: https://eu.test/metadata/, root: eu.json, mirrors: [{url: https://mirror.eu.test/}]}
              us: {metadata-url: https://us.test/metadata/, root: us.json, mirrors: [{url: https://mirror.us.test/}]}
            map:
              - {projects: [acme, "acme-*"], repositories: [corp]}
              - {projects: ["*"], repositories: [eu, us]}
            """;

    @TempDir
    Path folder;

    @Test
    void theLeastFileLeavesTheRestToDefaults() throws Exception {
        Config config = read(LEAST);

        assertThat(config.server().host()).isEqualTo("127.0.0.1");
        assertThat(config.server().port()).isEqualTo(8080);
        assertThat(config.gate().delivery()).isEqualTo(Delivery.ADAPTIVE);
        assertThat(config.gate().maxFileBytes()).isEqualTo(5L << 30);
        assertThat(only(config).layout()).isEqualTo(Layout.ASSAY);
        assertThat(only(config).rootSha256()).isEmpty();
        assertThat(config.store().folder()).isEqualTo(Path.of("assay-data"));
    }

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
    void aPasswordInAUrlIsNotShown() {
        assertThat(Settings.shown("https://user:secret@index.test/tuf/")).isEqualTo("\"https://...@index.test/tuf/\"");
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
    void aSecretsFileThatIsMissingIsNamedWithItsKey() {
        assertThat(problems(LEAST + "  - {url: https://far.test/simple/, ca: /no/such.pem}\n"))
                .singleElement()
                .asString()
                .contains("mirrors.ca: no such file: /no/such.pem");
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
    void everyValueOfTheFileArrives() throws Exception {
        Config config = read(LEAST + """
                        listen: "[::1]:0"
                        log-level: debug
                        delivery: {mode: strict, patience: 1500ms, linger: 2h, tail: 64KiB}
                        upstream: {minimum-rate: 0B/s, transfers: 3}
                        server: {workers: 7, drain-timeout: 2h}
                        trust: {max-loaded: 3MiB}
                        """);

        assertThat(config.server().host()).isEqualTo("::1");
        assertThat(config.logLevel()).isEqualTo(LogLevel.DEBUG);
        assertThat(config.gate().delivery()).isEqualTo(Delivery.STRICT);
        assertThat(config.gate().patience()).isEqualTo(Duration.ofMillis(1500));
        assertThat(config.gate().linger()).isEqualTo(Duration.ofHours(2));
        assertThat(config.gate().tailBytes()).isEqualTo(65_536);
        assertThat(config.upstream().minBytesPerSecond()).isZero();
        assertThat(config.transfers()).isEqualTo(3);
        assertThat(config.trust().maxLoadedBytes()).isEqualTo(3 << 20);
        assertThat(config.server().threads().workers()).isEqualTo(7);
        assertThat(config.server().deadlines().drain()).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void rolesInMemoryLeaveMostOfTheHeapToOthers() throws Exception {
        assertThat(read(LEAST).trust().maxLoadedBytes())
                .isBetween(1L, Runtime.getRuntime().maxMemory() / 4)
                .isLessThanOrEqualTo(256 << 20);
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
    void postQuantumKeysCountOnlyWhereTheyAreSwitchedOn() throws Exception {
        assertThat(read(LEAST).trust().schemes()).isEqualTo(SignatureScheme.CLASSICAL);
        assertThat(read(LEAST + "trust: {ml-dsa: off}\n").trust().schemes()).isEqualTo(SignatureScheme.CLASSICAL);
        assertThat(read(LEAST + "trust: {ml-dsa: on}\n").trust().schemes()).isEqualTo(SignatureScheme.ALL);
    }

    @Test
    void anUnknownKeyIsRefusedWithItsLineAndTheNearestRightOne() {
        assertThat(problems(LEAST + "server:\n  idle-timout: 15s\n"))
                .containsExactly(
                        file() + ":7: \"server.idle-timout\": unknown key (did you mean server.idle-timeout?)");
    }

    @Test
    void aMisspeltSectionIsAnUnknownKey() {
        assertThat(problems(LEAST + "servers:\n  idle-timeout: 15s\n"))
                .containsExactly(file() + ":6: \"servers\": unknown key (did you mean server?)");
    }

    @Test
    void aKeyInTheWrongSectionIsPointedToItsOwn() {
        assertThat(problems(LEAST + "connect-timeout: 15s\n"))
                .containsExactly(
                        file() + ":6: \"connect-timeout\": unknown key (did you mean upstream.connect-timeout?)");
    }

    @Test
    void aKeyLikeNoOtherIsAnsweredWithAllThatAreKnown() {
        assertThat(problems(LEAST + "store: {florence: 1}\n"))
                .singleElement()
                .asString()
                .contains("unknown key (expected: one of store.cache, store.max-size,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server: {idle-timeout: 15} | server.idle-timeout: \"15\" (expected: a time above zero",
                "server: {idle-timeout: 0s} | \"0s\" (expected: a time above zero",
                "server: {idle-timeout: -1s} | \"-1s\" (expected: a time above zero",
                "server: {idle-timeout: 999999999d} | (expected: a time above zero",
                "server: {queue: 1.5} | server.queue: \"1.5\" (expected: a whole number from 0 to 1000000)",
                "server: {queue: many} | (expected: a whole number",
                "server: {workers: 0} | (expected: auto, or a whole number from 1",
                "delivery: {tail: 0B} | delivery.tail: \"0B\" (expected: a size from 1B to 1GiB",
                "delivery: {tail: 1024} | (expected: a size",
                "delivery: {tail: 1MB} | (expected: a size",
                "store: {cache: 999999999999TiB} | (expected: a size",
                "upstream: {minimum-rate: 16KiB} | (expected: a rate",
                "delivery: {mode: lenient} | (expected: one of adaptive, strict)",
                "listen: 8080 | listen: \"8080\" (expected: host:port",
                "listen: localhost:70000 | (expected: host:port",
                "trust: {ml-dsa: true} | (expected: one of off, on)",
                "log-level: INFO | (expected: one of error, warn, info, debug)",
                "data: '' | (expected: a path)",
                "data: [a] | data: a list (expected: one value)",
                "data: {a: b} | data: keys of its own (expected: one value)",
                "server: 5 | server: \"5\" (expected: keys, which are server.event-loops,",
                "server: [5] | server: a list (expected: keys",
            })
    void aWrongValueIsRefusedWithKeyValueAndExpectation(String line, String expected) {
        assertThat(problems(LEAST + line + "\n"))
                .singleElement()
                .asString()
                .startsWith(file() + ":6: ")
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://index.test/tuf",
                "index.test/tuf/",
                "ftp://index.test/tuf/",
                "https://u:p@index.test/tuf/",
                "https://index.test/tuf/?x=/",
                "https:///tuf/",
                "file://host/tuf/",
                "https://index test/",
            })
    void aUrlIsABaseWithoutCredentials(String url) {
        assertThat(problems(LEAST.replace("https://index.test/tuf/metadata/", "\"" + url + "\"")))
                .singleElement()
                .asString()
                .contains(":2: repository.metadata-url: ")
                .contains("ends with a slash");
    }

    @Test
    void whatMustBeSetIsNamedWhenItIsNot() {
        assertThat(problems("# nothing\n"))
                .hasSize(3)
                .anyMatch(problem -> problem.contains("repository.metadata-url: not set"))
                .anyMatch(problem -> problem.contains("repository.root: not set"))
                .anyMatch(problem -> problem.contains("mirrors: none (expected: at least one)"));
    }

    @Test
    void aKeyWithoutAValueIsNotSet() throws Exception {
        assertThat(read(LEAST + "listen:\nserver:\n").server().port()).isEqualTo(8080);
    }

    @Test
    void allProblemsAreReportedTogether() {
        assertThat(problems(LEAST + "lisen: x\ndata: [a]\nserver: {queue: x}\n"))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen: h:1\\nlisten: h:2 | 7: listen: given a second time (first: line 6)",
                "server: {queue: 1, queue: 2} | queue: given a second time",
                "listen: !!str h:1 | a tag, tag:yaml.org,2002:str (expected: none)",
                "listen: &a h:1 | an anchor or alias",
                "listen: *a | an anchor or alias",
                "server: {[a]: b} | a key that is no plain word",
                "listen: [ | 7: ",
                "---\\nlisten: h:1 | a second document",
                "listen: \"a | 7: ",
                "\\tlisten: h:1 | 6: ",
            })
    void yamlThatIsCleverOrBrokenIsRefused(String lines, String expected) {
        assertThat(problems(LEAST + lines.replace("\\n", "\n").replace("\\t", "\t") + "\n"))
                .singleElement()
                .asString()
                .startsWith(file())
                .contains(expected);
    }

    @Test
    void aListInsteadOfKeysIsRefused() {
        assertThat(problems("- a\n")).first().asString().contains(":1: no keys");
    }

    @Test
    void aMissingFileIsAProblemOfItsOwn() {
        ConfigException failure = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigReader.read(folder.resolve("missing"), Map.of(), ConfigReader.Options.NONE));

        assertThat(failure.problems()).singleElement().asString().contains("missing: no such file");
    }

    @Test
    void aMirrorWithAnUnknownKeyIsRefused() {
        assertThat(problems(LEAST + "  - {uri: http://x/}\n"))
                .containsExactly(
                        file() + ":6: \"mirrors.uri\": unknown key (did you mean mirrors.url?)",
                        file() + ":6: mirrors.url: not set (expected: " + ValueType.BASE_URL.expected() + ")");
    }

    @Test
    void twoMirrorsOfOneNameAreRefused() {
        assertThat(problems(LEAST + "  - url: http://mirror.test:8081/other/simple/\n"))
                .singleElement()
                .asString()
                .contains("mirrors.name: \"mirror.test-8081\" twice");
    }

    @Test
    void aVariableOverridesTheFile() throws Exception {
        Config config = read(LEAST + "server: {queue: 1}\n", Map.of("ASSAY_SERVER_QUEUE", "2"), Map.of());

        assertThat(config.server().threads().queue()).isEqualTo(2);
    }

    @Test
    void anOptionOverridesTheVariable() throws Exception {
        Config config = read(LEAST, Map.of("ASSAY_LISTEN", "127.0.0.1:1"), Map.of("listen", "127.0.0.1:2"));

        assertThat(config.server().port()).isEqualTo(2);
    }

    @Test
    void mirrorsAreOverriddenAsAWhole() throws Exception {
        Config config =
                read(LEAST, Map.of("ASSAY_MIRRORS", "[{url: http://a.test/simple/}, {url: http://b.test/}]"), Map.of());

        assertThat(only(config).mirrors()).extracting(Mirror::name).containsExactly("a.test", "b.test");
    }

    @Test
    void aWrongVariableIsRefusedByItsName() {
        assertThat(problems(LEAST, Map.of("ASSAY_SERVER_QUEUE", "x\u001b"), Map.of()))
                .singleElement()
                .asString()
                .startsWith("ASSAY_SERVER_QUEUE: server.queue: \"x\\u001b\" (expected: a whole number");
    }

    @Test
    void aWrongOptionIsRefusedByItsName() {
        assertThat(problems(LEAST, Map.of(), Map.of("listen", "x")))
                .singleElement()
                .asString()
                .startsWith("--listen: listen: \"x\" (expected: host:port");
    }

    @Test
    void aMisspeltVariableIsRefusedWithTheNearestRightOne() {
        assertThat(problems(LEAST, Map.of("ASSAY_SERVER_IDLE_TIMOUT", "5s"), Map.of()))
                .containsExactly(
                        "ASSAY_SERVER_IDLE_TIMOUT: unknown variable (did you mean ASSAY_SERVER_IDLE_TIMEOUT?)");
    }

    @Test
    void aVariableThatNamesASectionIsTakenForAKey() {
        assertThat(problems(LEAST, Map.of("ASSAY_TRUST_SOMETHING_ELSE_ENTIRELY", "5s"), Map.of()))
                .singleElement()
                .asString()
                .contains("unknown variable (expected: a key of config/assay.yaml)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ASSAY_JAVA",
                "ASSAY_JAVA_OPTS",
                "ASSAY_PASSPHRASE",
                "ASSAY_PORT",
                "ASSAY_PORT_8080_TCP",
                "ASSAY_SERVICE_HOST",
                "OTHER"
            })
    void variablesOfOthersAreLeftAlone(String name) throws Exception {
        assertThat(read(LEAST, Map.of(name, "x"), Map.of()).server().port()).isEqualTo(8080);
    }

    private Config read(String text) throws Exception {
        return read(text, Map.of(), Map.of());
    }

    private Config read(String text, Map<String, String> environment, Map<String, String> options) throws Exception {
        Files.writeString(folder.resolve("assay.yaml"), text);
        Map<String, Settings.Found> values = new HashMap<>();
        options.forEach((key, value) -> values.put(key, new Settings.Found("--" + key, value)));
        return ConfigReader.read(
                folder.resolve("assay.yaml"), environment, new ConfigReader.Options(values, List.of()));
    }

    private static Config.Repository only(Config config) {
        assertThat(config.repositories()).hasSize(1);
        return config.repositories().get(0);
    }

    private List<String> problems(String text) {
        return problems(text, Map.of(), Map.of());
    }

    private List<String> problems(String text, Map<String, String> environment, Map<String, String> options) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> read(text, environment, options));
        assertThat(failure).isNotNull();
        return failure.problems();
    }

    private String file() {
        return folder.resolve("assay.yaml").toString();
    }
}
