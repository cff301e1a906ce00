package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documented file against the table of keys, and the table against itself. */
class ConfigFileTest {
    private static final String HEAD = """
            # Every key of Assay with its default, and why one would change it. A key that is left out has its default; one
            # that shows no value here has none. An environment variable overrides each: server.idle-timeout is
            # ASSAY_SERVER_IDLE_TIMEOUT; mirrors is ASSAY_MIRRORS='[{url: ...}, {url: ...}]'. Relative paths start at the
            # working directory. Times: 500ms, 15s, 5m, 2h, 1d. Sizes: 64KiB, 1GiB.
            """;

    @Test
    void theFileIsTheTableWrittenOut() throws Exception {
        Path file = Path.of("..", "config", "assay.yaml");

        assertThat(Files.readString(file)).isEqualTo(written());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyDefaultReadsBackAsItself(Key<?> key) {
        assertThat(key.type().parse().apply(key.defaultText()).map(Object.class::cast))
                .isEqualTo(key.defaultValue().map(Object.class::cast));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyIsReasonedInOneLine(Key<?> key) {
        assertThat(key.reason()).matches("[A-Za-z.].{10,100}\\.");
    }

    @Test
    void noTwoKeysShareAVariable() {
        assertThat(Keys.scalars())
                .extracting(Key::variable)
                .doesNotHaveDuplicates()
                .doesNotContain("ASSAY_MIRRORS");
    }

    static List<Key<?>> keys() {
        return Keys.scalars();
    }

    private static String written() {
        StringBuilder out = new StringBuilder(HEAD);
        for (Keys.Section section : Keys.sections()) {
            out.append('\n');
            if (RepositoryKeys.ITEMS.contains(section)) {
                writeItems(section, out);
                continue;
            }
            String indent = section.name().isEmpty() ? "" : "  ";
            if (!section.name().isEmpty()) {
                out.append("# ")
                        .append(section.reason())
                        .append('\n')
                        .append(section.name())
                        .append(":\n");
            }
            for (Key<?> key : section.keys()) {
                String value = key.defaultText();
                out.append(indent).append("# ").append(reason(key)).append('\n');
                if (key.equals(RepositoryKeys.LAYOUT)) {
                    writeParts(indent, RepositoryKeys.CUSTOM_LAYOUT, out);
                }
                out.append(indent).append(name(key)).append(':');
                out.append(value.isEmpty() ? "" : " ").append(value).append('\n');
            }
        }
        return out.toString();
    }

    private static void writeItems(Keys.Section section, StringBuilder out) {
        writeParts("", section, out);
        String none = section.equals(RepositoryKeys.REPOSITORIES) ? "{}" : "[]";
        out.append(section.name()).append(": ").append(none).append('\n');
    }

    private static void writeParts(String indent, Keys.Section section, StringBuilder out) {
        out.append(indent).append("# ").append(section.reason()).append('\n');
        for (Key<?> key : section.keys()) {
            out.append(indent).append("#   ").append(name(key)).append(": ");
            out.append(reason(key)).append('\n');
        }
    }

    private static String reason(Key<?> key) {
        return key.reason() + (key.presence() == Key.Presence.REQUIRED ? " Required." : "");
    }

    private static String name(Key<?> key) {
        return key.path().substring(key.path().lastIndexOf('.') + 1);
    }
}
