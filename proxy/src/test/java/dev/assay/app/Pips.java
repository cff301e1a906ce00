package dev.assay.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.app.demo.Pip;
import dev.assay.app.demo.Python;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The real pips of this machine: those that {@code ASSAY_TESTS_PIPS} names (interpreters or wheels of pip, the oldest first, as a search
 * path), or else python3's own. A test that finds none that fits is skipped and says so; {@code .ci/run} sets the variable and allows no
 * skips.
 */
final class Pips {
    private static final String VARIABLE = "ASSAY_TESTS_PIPS";

    private Pips() {}

    static List<Pip> all() {
        return all(System.getenv());
    }

    /** The newest one, to be run in this environment. */
    static Pip newest(Map<String, String> environment) {
        List<Pip> all = all(environment);
        return all.get(all.size() - 1);
    }

    /** The newest one that does what a test is about. */
    static Pip newestThat(String does, Predicate<Pip> fits) {
        Optional<Pip> fit = all().stream().filter(fits).reduce((older, newer) -> newer);
        assumeTrue(fit.isPresent(), "no pip here " + does + " (" + VARIABLE + " can name one)");
        return fit.orElseThrow();
    }

    private static List<Pip> all(Map<String, String> environment) {
        Optional<Python> python = Python.find(environment);
        assumeTrue(python.isPresent(), "python3 does not run on this machine");
        String named = System.getenv().getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            return Arrays.stream(named.split(Pattern.quote(File.pathSeparator), -1))
                    .map(name -> at(name, python.get(), environment))
                    .toList();
        }
        Optional<Pip> own = Pip.of(python.get(), environment);
        assumeTrue(own.isPresent(), "python3 -m pip does not run on this machine");
        return List.of(own.get());
    }

    private static Pip at(String name, Python python, Map<String, String> environment) {
        return Pip.at(name, python, environment)
                .orElseThrow(() -> new AssertionError(VARIABLE + ": no pip runs from " + name));
    }
}
