package dev.assay.author.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An environment marker (PEP 508), read for one question: may the requirement hold on some machine, where these extras were asked for?
 * Every comparison with something else than {@code extra} is taken to hold, and so is what can't be read. Used once.
 */
final class Marker {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*([()]|'[^']*'|\"[^\"]*\"|[<>=!~]+|[A-Za-z0-9_.]+)\\s*", Pattern.DOTALL);

    private final List<String> tokens;
    private final Set<String> extras;
    private int next;

    private Marker(List<String> tokens, Set<String> extras) {
        this.tokens = tokens;
        this.extras = extras;
    }

    /** Whether it may; {@code extras} normalized. */
    static boolean mayHold(String marker, Set<String> extras) {
        List<String> tokens = new ArrayList<>();
        Matcher token = TOKEN.matcher(marker);
        int end = 0;
        while (token.find(end) && token.start() == end) {
            tokens.add(token.group(1));
            end = token.end();
        }
        Marker read = new Marker(tokens, extras);
        boolean holds = read.or();
        boolean whole = end == marker.length() && read.next == tokens.size();
        return holds || !whole;
    }

    /** As names of extras are compared (PEP 685). */
    static String normalized(String extra) {
        return extra.strip().toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }

    private boolean or() {
        boolean holds = and();
        while (takes("or")) {
            holds |= and();
        }
        return holds;
    }

    private boolean and() {
        boolean holds = comparison();
        while (takes("and")) {
            holds &= comparison();
        }
        return holds;
    }

    private boolean comparison() {
        if (takes("(")) {
            boolean holds = or();
            if (!takes(")")) {
                next = tokens.size() + 1; // where no marker ends
            }
            return holds;
        }
        String left = take();
        String operator = takes("not") ? "not " + take() : take();
        String right = take();
        if (!left.equals("extra") && !right.equals("extra")) {
            return true;
        }
        String named = left.equals("extra") ? right : left;
        return !operator.matches("===?") || extras.contains(normalized(named.replaceAll("^['\"]|['\"]$", "")));
    }

    private boolean takes(String token) {
        boolean there = next < tokens.size() && tokens.get(next).equals(token);
        next += there ? 1 : 0;
        return there;
    }

    /** Empty, and past the end, when there is none. */
    private String take() {
        String token = next < tokens.size() ? tokens.get(next) : "";
        next++;
        return token;
    }
}
