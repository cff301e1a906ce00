package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.SignatureScheme;
import dev.assay.gate.GateOptions.Delivery;
import dev.assay.gate.Layout;
import dev.assay.upstream.Mirror;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From text, variables and options to the configuration. */
final class ConfigReaderTest extends ConfigTestCase {
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

    @ParameterizedTest
    @ValueSource(strings = {"[10.0.0.0/8, \"::1\"]", "\"10.0.0.0/8, ::1\""})
    void networksAreAListOrOneLine(String written) throws Exception {
        Config config = read(LEAST + "clients: {allow-from: " + written + ", balancers: [192.0.2.7]}\n");

        assertThat(config.clients().allowed()).hasToString("[10.0.0.0/8, 0:0:0:0:0:0:0:1/128]");
        assertThat(config.server().balancers().networks()).hasToString("[192.0.2.7/32]");
    }

    @Test
    void rolesInMemoryLeaveMostOfTheHeapToOthers() throws Exception {
        assertThat(read(LEAST).trust().maxLoadedBytes())
                .isBetween(1L, Runtime.getRuntime().maxMemory() / 4)
                .isLessThanOrEqualTo(256 << 20);
    }

    @Test
    void postQuantumKeysCountOnlyWhereTheyAreSwitchedOn() throws Exception {
        assertThat(read(LEAST).trust().schemes()).isEqualTo(SignatureScheme.CLASSICAL);
        assertThat(read(LEAST + "trust: {ml-dsa: off}\n").trust().schemes()).isEqualTo(SignatureScheme.CLASSICAL);
        assertThat(read(LEAST + "trust: {ml-dsa: on}\n").trust().schemes()).isEqualTo(SignatureScheme.ALL);
    }

    @Test
    void aKeyWithoutAValueIsNotSet() throws Exception {
        assertThat(read(LEAST + "listen:\nserver:\n").server().port()).isEqualTo(8080);
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
}
