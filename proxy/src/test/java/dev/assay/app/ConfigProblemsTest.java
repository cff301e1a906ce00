package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, with a message that names it and says what was expected. */
final class ConfigProblemsTest extends ConfigTestCase {
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
    void aPasswordInAUrlIsNotShown() {
        assertThat(Settings.shown("https://user:secret@index.test/tuf/")).isEqualTo("\"https://...@index.test/tuf/\"");
    }

    @Test
    void pagesOfAMirrorWithoutMetadataAreRefused() {
        assertThat(problems(LEAST + "  - {url: https://a.test/simple/, targets-url: https://a.test/tuf/targets/}\n"))
                .singleElement()
                .asString()
                .contains("mirrors.targets-url: https://a.test/tuf/targets/ without mirrors.metadata-url");
    }

    @Test
    void aSecretsFileThatIsMissingIsNamedWithItsKey() {
        assertThat(problems(LEAST + "  - {url: https://far.test/simple/, ca: /no/such.pem}\n"))
                .singleElement()
                .asString()
                .contains("mirrors.ca: no such file: /no/such.pem");
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
}
