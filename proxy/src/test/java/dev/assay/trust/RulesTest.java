package dev.assay.trust;

import dev.assay.RuleList;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of the TUF specification and the known mistakes of its implementations, and the tests that hold us to each, are listed
 * in {@code rules.txt} beside this class. A rule may be proved in another package than {@code trust}: where its code is.
 */
class RulesTest {
    private static List<String> rules() throws IOException {
        return RuleList.beside(RulesTest.class, "rules.txt");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleHasItsTests(String rule) throws Exception {
        RuleList.assertTested(rule);
    }
}
