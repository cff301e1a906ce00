package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Reads configurations from text, and says what is wrong with them. */
abstract class ConfigTestCase {
    /** The shortest configuration that is one. */
    static final String LEAST = """
            repository:
              metadata-url: https://index.test/tuf/metadata/
              root: root.json
            mirrors:
              - url: http://mirror.test:8081/pypi/simple/
            """;

    @TempDir
    Path folder;

    final Config read(String text) throws Exception {
        return read(text, Map.of(), Map.of());
    }

    final Config read(String text, Map<String, String> environment, Map<String, String> options) throws Exception {
        Files.writeString(folder.resolve("assay.yaml"), text);
        Map<String, Settings.Found> values = new HashMap<>();
        options.forEach((key, value) -> values.put(key, new Settings.Found("--" + key, value)));
        return ConfigReader.read(
                folder.resolve("assay.yaml"), environment, new ConfigReader.Options(values, List.of()));
    }

    static Config.Repository only(Config config) {
        assertThat(config.repositories()).hasSize(1);
        return config.repositories().get(0);
    }

    final List<String> problems(String text) {
        return problems(text, Map.of(), Map.of());
    }

    final List<String> problems(String text, Map<String, String> environment, Map<String, String> options) {
        ConfigException failure = catchThrowableOfType(ConfigException.class, () -> read(text, environment, options));
        assertThat(failure).isNotNull();
        return failure.problems();
    }

    final String file() {
        return folder.resolve("assay.yaml").toString();
    }
}
