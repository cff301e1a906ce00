package dev.assay.simple;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version by PEP 440, compared as installers compare it: {@code 1.0} equals {@code 1.0.0}, and {@code 1.0-alpha1} equals
 * {@code 1.0a1}. {@link #toString()} is the normalized form, which keeps trailing zeros; equality and order do not see them.
 */
public final class PackageVersion implements Comparable<PackageVersion> {
    private static final int MAX_LENGTH = 255;
    private static final int BEFORE_PHASES = -1;
    private static final int AFTER_PHASES = 3;

    private final BigInteger epoch;
    private final List<BigInteger> release;
    private final @Nullable Pre pre;
    private final @Nullable BigInteger post;
    private final @Nullable BigInteger dev;
    private final List<String> local;

    /** The phase before the final release, in its order. */
    enum Phase {
        A("a", 0),
        B("b", 1),
        RC("rc", 2);

        private final String label;
        private final int rank;

        Phase(String label, int rank) {
            this.label = label;
            this.rank = rank;
        }
    }

    record Pre(Phase phase, BigInteger number) {}

    PackageVersion(
            BigInteger epoch,
            List<BigInteger> release,
            @Nullable Pre pre,
            @Nullable BigInteger post,
            @Nullable BigInteger dev,
            List<String> local) {
        this.epoch = epoch;
        this.release = List.copyOf(release);
        this.pre = pre;
        this.post = post;
        this.dev = dev;
        this.local = List.copyOf(local);
    }

    /** Empty when {@code text} is no version by PEP 440, or longer than 255 characters. */
    public static Optional<PackageVersion> parse(String text) {
        String stripped = text.strip();
        return stripped.length() > MAX_LENGTH ? Optional.empty() : new VersionParser(stripped).parse();
    }

    /** Whether both texts are the same version; texts that are no versions by PEP 440 are compared as they stand. */
    public static boolean same(String one, String other) {
        Optional<PackageVersion> version = parse(one);
        return version.isPresent() ? version.equals(parse(other)) : one.equals(other);
    }

    /** Whether installers pass it over where there is a final release: a pre-release or a development release. */
    public boolean isPreliminary() {
        return pre != null || dev != null;
    }

    @Override
    public int compareTo(PackageVersion other) {
        int order = epoch.compareTo(other.epoch);
        order = order != 0 ? order : compareReleases(significant(), other.significant());
        order = order != 0 ? order : Integer.compare(phaseRank(), other.phaseRank());
        order = order != 0 ? order : compareAbsentFirst(preNumber(), other.preNumber());
        order = order != 0 ? order : compareAbsentFirst(post, other.post);
        order = order != 0 ? order : compareAbsentLast(dev, other.dev);
        return order != 0 ? order : compareLocals(local, other.local);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackageVersion version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        return Objects.hash(epoch, significant(), pre, post, dev, local);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (epoch.signum() > 0) {
            text.append(epoch).append('!');
        }
        text.append(String.join(".", release.stream().map(BigInteger::toString).toList()));
        if (pre != null) {
            text.append(pre.phase().label).append(pre.number());
        }
        if (post != null) {
            text.append(".post").append(post);
        }
        if (dev != null) {
            text.append(".dev").append(dev);
        }
        if (!local.isEmpty()) {
            text.append('+').append(String.join(".", local));
        }
        return text.toString();
    }

    /** The release without its trailing zeros. */
    private List<BigInteger> significant() {
        int end = release.size();
        while (end > 1 && release.get(end - 1).signum() == 0) {
            end--;
        }
        return release.subList(0, end);
    }

    /** A development release of a final version comes before every pre-release; a final one after them. */
    private int phaseRank() {
        if (pre != null) {
            return pre.phase().rank;
        }
        return post == null && dev != null ? BEFORE_PHASES : AFTER_PHASES;
    }

    private @Nullable BigInteger preNumber() {
        return pre == null ? null : pre.number();
    }

    private static int compareAbsentFirst(@Nullable BigInteger one, @Nullable BigInteger other) {
        if (one == null || other == null) {
            return Boolean.compare(one != null, other != null);
        }
        return one.compareTo(other);
    }

    private static int compareAbsentLast(@Nullable BigInteger one, @Nullable BigInteger other) {
        if (one == null || other == null) {
            return Boolean.compare(one == null, other == null);
        }
        return one.compareTo(other);
    }

    private static int compareReleases(List<BigInteger> one, List<BigInteger> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = one.get(i).compareTo(other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int compareLocals(List<String> one, List<String> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = compareLocalSegments(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    /** Numbers by value and after every text. */
    private static int compareLocalSegments(String one, String other) {
        boolean oneIsNumber = VersionParser.isNumber(one);
        boolean otherIsNumber = VersionParser.isNumber(other);
        if (oneIsNumber && otherIsNumber) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        return oneIsNumber == otherIsNumber ? one.compareTo(other) : Boolean.compare(oneIsNumber, otherIsNumber);
    }

    /** Reads a version from left to right, without going back. */
    private static final class VersionParser {
        private static final List<String> PRE_WORDS = List.of("alpha", "a", "beta", "b", "preview", "pre", "rc", "c");
        private static final List<String> POST_WORDS = List.of("post", "rev", "r");
        private static final List<String> DEV_WORDS = List.of("dev");

        private final String text;
        private int at;

        VersionParser(String text) {
            this.text = lowerCase(text);
        }

        Optional<PackageVersion> parse() {
            accept('v');
            BigInteger first = number();
            BigInteger epoch = BigInteger.ZERO;
            if (first != null && accept('!')) {
                epoch = first;
                first = number();
            }
            if (first == null) {
                return Optional.empty();
            }
            List<BigInteger> release = release(first);
            Pre pre = pre();
            BigInteger post = post();
            BigInteger dev = suffix(DEV_WORDS) == null ? null : suffixNumber();
            List<String> local = accept('+') ? local() : List.of();
            boolean whole = at == text.length();
            return whole ? Optional.of(new PackageVersion(epoch, release, pre, post, dev, local)) : Optional.empty();
        }

        private List<BigInteger> release(BigInteger first) {
            List<BigInteger> release = new ArrayList<>(List.of(first));
            while (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
                at++;
                release.add(suffixNumber());
            }
            return release;
        }

        private @Nullable Pre pre() {
            String word = suffix(PRE_WORDS);
            if (word == null) {
                return null;
            }
            Phase phase = word.startsWith("a") ? Phase.A : word.startsWith("b") ? Phase.B : Phase.RC;
            return new Pre(phase, suffixNumber());
        }

        private @Nullable BigInteger post() {
            if (at + 1 < text.length() && text.charAt(at) == '-' && isDigit(text.charAt(at + 1))) {
                at++;
                return suffixNumber();
            }
            return suffix(POST_WORDS) == null ? null : suffixNumber();
        }

        /** One of the words, with an optional separator before it. */
        private @Nullable String suffix(List<String> words) {
            int from = at < text.length() && isSeparator(text.charAt(at)) ? at + 1 : at;
            for (String word : words) {
                if (text.startsWith(word, from)) {
                    at = from + word.length();
                    return word;
                }
            }
            return null;
        }

        /** A number with an optional separator before it; zero when there is none. */
        private BigInteger suffixNumber() {
            if (at + 1 < text.length() && isSeparator(text.charAt(at)) && isDigit(text.charAt(at + 1))) {
                at++;
            }
            BigInteger number = number();
            return number == null ? BigInteger.ZERO : number;
        }

        private List<String> local() {
            List<String> segments = new ArrayList<>();
            do {
                int start = at;
                while (at < text.length() && isAlphanumeric(text.charAt(at))) {
                    at++;
                }
                if (start == at) {
                    at = -1; // an empty segment: what was read so far is no version
                    return List.of();
                }
                String segment = text.substring(start, at);
                segments.add(isNumber(segment) ? new BigInteger(segment).toString() : segment);
            } while (acceptSeparator());
            return segments;
        }

        private @Nullable BigInteger number() {
            int start = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            return start == at ? null : new BigInteger(text.substring(start, at));
        }

        private boolean accept(char c) {
            boolean there = at < text.length() && text.charAt(at) == c;
            at += there ? 1 : 0;
            return there;
        }

        private boolean acceptSeparator() {
            boolean there = at < text.length() && isSeparator(text.charAt(at));
            at += there ? 1 : 0;
            return there;
        }

        private static boolean isSeparator(char c) {
            return c == '-' || c == '_' || c == '.';
        }

        private static boolean isDigit(char c) {
            return c >= '0' && c <= '9';
        }

        private static boolean isAlphanumeric(char c) {
            return isDigit(c) || (c >= 'a' && c <= 'z');
        }

        static boolean isNumber(String segment) {
            return segment.chars().allMatch(c -> isDigit((char) c));
        }

        private static String lowerCase(String text) {
            StringBuilder lower = new StringBuilder(text);
            for (int i = 0; i < lower.length(); i++) {
                char c = lower.charAt(i);
                lower.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
            }
            return lower.toString();
        }
    }
}
