package dev.assay.app.demo;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How one run of pip ended, and what it told its user. */
public final class PipRun {
    /** What pip says in its own words, the most telling first; the groups are what a reader wants of it. */
    private static final List<Pattern> TELLING = List.of(
            Pattern.compile("^(Successfully installed .*)$", Pattern.MULTILINE),
            Pattern.compile("(\\d{3}) (?:Client|Server) Error: (.*?)(?: for url|$)", Pattern.MULTILINE),
            Pattern.compile("detail=\"([^\"]*)\""),
            Pattern.compile("(too many \\d{3} error responses)"),
            Pattern.compile("(THESE PACKAGES DO NOT MATCH THE HASHES)"),
            Pattern.compile("(IncompleteRead\\(.*?\\))"),
            Pattern.compile("(Connection broken|Connection aborted|Read timed out|RemoteDisconnected)"),
            Pattern.compile("^ERROR: (.*)$", Pattern.MULTILINE));

    private final ChildProcess.Result result;

    PipRun(ChildProcess.Result result) {
        this.result = result;
    }

    /** Whether pip says that it installed what it was asked for. */
    public boolean installed() {
        return result.succeeded();
    }

    /** Everything that pip printed. */
    public String output() {
        return result.output();
    }

    /** One line: what a user of pip learns from it. */
    public String saw() {
        if (result.timedOut()) {
            return "pip did not end in time";
        }
        for (Pattern pattern : TELLING) {
            Matcher matcher = pattern.matcher(result.output());
            if (matcher.find()) {
                return groups(matcher);
            }
        }
        Optional<String> last =
                result.output().lines().filter(l -> !l.isBlank()).reduce((a, b) -> b);
        return last.map(String::strip).orElse("nothing (exit " + result.exit() + ")");
    }

    private static String groups(Matcher matcher) {
        return IntStream.rangeClosed(1, matcher.groupCount())
                .mapToObj(matcher::group)
                .collect(Collectors.joining(" "))
                .strip();
    }
}
