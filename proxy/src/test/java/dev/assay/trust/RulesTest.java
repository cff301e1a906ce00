package dev.assay.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of the TUF specification and the known mistakes of its implementations, and the tests that hold us to each, are listed
 * in {@code rules.txt} beside this class. A rule may be proved in another package than {@code trust}: where its code is.
 */
class RulesTest {
    private static List<String> rules() throws IOException {
        try (InputStream rules = RulesTest.class.getResourceAsStream("rules.txt")) {
            return new String(Objects.requireNonNull(rules).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleHasItsTests(String rule) throws Exception {
        String[] tests = rule.substring(rule.lastIndexOf(": ") + 2).split(" ");
        Class<?> type = Class.forName("dev.assay." + tests[0]);
        assertThat(tests).hasSizeGreaterThan(1);
        for (String name : Arrays.copyOfRange(tests, 1, tests.length)) {
            assertThat(type.getDeclaredMethods())
                    .as("%s.%s", type.getSimpleName(), name)
                    .anyMatch(method -> method.getName().equals(name)
                            && (method.isAnnotationPresent(Test.class)
                                    || method.isAnnotationPresent(ParameterizedTest.class)));
        }
    }
}
