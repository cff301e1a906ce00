package dev.assay.server;

import dev.assay.RuleList;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hostile client may try, and the tests that show what it gets, are listed in {@code hostile.txt} beside this class. */
final class HostileRequestsTest {
    private static List<String> rules() throws IOException {
        return RuleList.beside(HostileRequestsTest.class, "hostile.txt");
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyAttackHasItsTests(String rule) throws Exception {
        RuleList.assertTested(rule);
    }
}
