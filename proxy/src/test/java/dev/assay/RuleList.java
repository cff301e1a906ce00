package dev.assay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.server.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A list of rules and of the tests that hold us to each, in a text file: {@code rule: test class, its tests}, separated by spaces. A file of
 * transcripts ({@code /http/…}) stands for a class too. A further class begins behind a semicolon.
 */
public final class RuleList {
    private RuleList() {}

    /** The rules in a file beside a class. */
    public static List<String> beside(Class<?> test, String name) throws IOException {
        try (InputStream rules = test.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(rules, name).readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    /** Fails unless every test that the rule names is there. */
    public static void assertTested(String rule) throws ClassNotFoundException {
        for (String each : rule.substring(rule.lastIndexOf(": ") + 2).split("; ", -1)) {
            String[] words = each.split(" ", -1);
            assertThat(words).as(rule).hasSizeGreaterThan(1);
            assertThat(tests(words[0])).as(rule).contains(Arrays.copyOfRange(words, 1, words.length));
        }
    }

    private static List<String> tests(String place) throws ClassNotFoundException {
        if (place.startsWith("/")) {
            return Transcript.read(place).stream().map(Transcript::name).toList();
        }
        return Arrays.stream(Class.forName("dev.assay." + place).getDeclaredMethods())
                .filter(method ->
                        method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(ParameterizedTest.class))
                .map(method -> method.getName())
                .toList();
    }
}
