package dev.assay.tuf;

import java.util.ArrayList;
import java.util.List;

/**
 * A glob over target paths (TUF 4.5, PATHPATTERN; glob(7)). {@code *} is any run of characters, {@code ?} one character,
 * {@code [a-z]} and {@code [!a-z]} one character of a set; none of them ever is {@code /}. Case matters. A {@code [} that is
 * never closed within its segment, and a backslash, stand for themselves; a leading dot is nothing special.
 *
 * <p>Brackets are read as sets because other clients read them so: taken literally, a path that was delegated to one role
 * could fall through to a less trusted one. Matching takes time proportional to pattern times path at worst.
 */
final class PathPattern {
    private static final int SLASH = '/';

    private sealed interface Token {}

    private record Literal(int codePoint) implements Token {}

    private record Run() implements Token {}

    /** One character within (or outside) of the ranges, which are pairs of first and last. */
    private record OneOf(List<int[]> ranges, boolean negated) implements Token {
        boolean has(int codePoint) {
            return codePoint != SLASH
                    && negated != ranges.stream().anyMatch(range -> range[0] <= codePoint && codePoint <= range[1]);
        }
    }

    private final List<Token> tokens = new ArrayList<>();

    PathPattern(String text) {
        int[] pattern = text.codePoints().toArray();
        for (int i = 0; i < pattern.length; i++) {
            int close = pattern[i] == '[' ? closing(pattern, i) : -1;
            if (close > 0) {
                tokens.add(set(pattern, i + 1, close));
                i = close;
            } else if (pattern[i] == '?') {
                tokens.add(new OneOf(List.of(), true));
            } else {
                tokens.add(pattern[i] == '*' ? new Run() : new Literal(pattern[i]));
            }
        }
    }

    /** Where the set that opens at {@code open} closes: a {@code ]} in first place belongs to the set. */
    private static int closing(int[] pattern, int open) {
        int first = open + 1 < pattern.length && pattern[open + 1] == '!' ? open + 2 : open + 1;
        for (int i = first; i < pattern.length && pattern[i] != SLASH; i++) {
            if (pattern[i] == ']' && i > first) {
                return i;
            }
        }
        return -1;
    }

    private static OneOf set(int[] pattern, int from, int to) {
        boolean negated = pattern[from] == '!';
        List<int[]> ranges = new ArrayList<>();
        for (int i = negated ? from + 1 : from; i < to; i++) {
            boolean range = i + 2 < to && pattern[i + 1] == '-';
            ranges.add(new int[] {pattern[i], range ? pattern[i + 2] : pattern[i]});
            i += range ? 2 : 0;
        }
        return new OneOf(List.copyOf(ranges), negated);
    }

    /**
     * Whether the whole path fits. Going back to the last run is enough: a run never crosses a slash, so the slashes of
     * pattern and path pair up in order, and an earlier run could not come out otherwise.
     */
    boolean matches(String path) {
        int token = 0;
        int at = 0;
        int run = -1;
        int runEnd = 0;
        while (at < path.length()) {
            int codePoint = path.codePointAt(at);
            if (token < tokens.size() && tokens.get(token) instanceof Run) {
                run = token++;
                runEnd = at;
            } else if (token < tokens.size() && one(tokens.get(token), codePoint)) {
                token++;
                at += Character.charCount(codePoint);
            } else if (run >= 0 && path.codePointAt(runEnd) != SLASH) {
                runEnd += Character.charCount(path.codePointAt(runEnd));
                at = runEnd;
                token = run + 1;
            } else {
                return false;
            }
        }
        while (token < tokens.size() && tokens.get(token) instanceof Run) {
            token++;
        }
        return token == tokens.size();
    }

    private static boolean one(Token token, int codePoint) {
        if (token instanceof Literal literal) {
            return literal.codePoint == codePoint;
        }
        return token instanceof OneOf set && set.has(codePoint);
    }
}
