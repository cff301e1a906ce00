package dev.assay.app;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.server.Network;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a configured value is written.
 *
 * @param expected for messages: what a right one looks like
 * @param parse empty when the text is no such value
 * @param format the inverse of {@code parse}, in the shortest form
 */
record ValueType<T>(String expected, Function<String, Optional<T>> parse, Function<T, String> format) {
    private static final Pattern DURATION_FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE_FORM = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB|TiB)");
    private static final Pattern PROXY_FORM =
            Pattern.compile("none|environment|http://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?/?");
    private static final Pattern NAME_FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    static final ValueType<String> NAME = new ValueType<>(
            "1 to 64 letters, digits, '.', '_' or '-'",
            text -> Optional.of(text).filter(NAME_FORM.asMatchPredicate()),
            Function.identity());

    static final ValueType<Duration> DURATION = new ValueType<>(
            "a time above zero, such as 500ms, 15s, 5m, 2h or 1d", ValueType::duration, ValueType::formatDuration);

    static final ValueType<HostAndPort> HOST_AND_PORT = new ValueType<>(
            "host:port, such as 127.0.0.1:8080 or [::1]:8080", HostAndPort::parse, HostAndPort::toString);

    static final ValueType<List<Network>> NETWORKS = new ValueType<>(
            "networks, such as [10.0.0.0/8, 192.0.2.7, \"::1\"]",
            ValueType::networks,
            networks -> networks.stream().map(Network::toString).collect(Collectors.joining(", ")));

    static final ValueType<Path> PATH = new ValueType<>("a path", ValueType::path, Path::toString);

    static final ValueType<URI> BASE_URL = new ValueType<>(
            "an http, https or file URL that ends with a slash, without credentials, query or fragment",
            ValueType::baseUrl,
            URI::toString);

    /** As the proxy of {@link OutgoingProxies} is chosen. */
    static final ValueType<String> PROXY = new ValueType<>(
            "none, environment, or http://host:port without credentials",
            text -> Optional.of(text).filter(PROXY_FORM.asMatchPredicate()),
            Function.identity());

    static final ValueType<Digest> SHA256 = new ValueType<>(
            "a SHA-256 in hex, 64 digits",
            text -> text.matches("[0-9A-Fa-f]{64}")
                    ? Optional.of(Digest.ofHex(HashAlgorithm.SHA256, text))
                    : Optional.empty(),
            Digest::hex);

    /** A number of bytes in these bounds. */
    static ValueType<Long> size(long least, long most) {
        return new ValueType<>(
                "a size from " + formatSize(least) + " to " + formatSize(most) + ", such as 64KiB or 1GiB",
                text -> parseSize(text, least, most),
                ValueType::formatSize);
    }

    /** A number of bytes in these bounds, or {@code auto}, which goes by the machine. */
    static ValueType<OptionalLong> sizeOrAuto(long least, long most) {
        return new ValueType<>(
                "auto, or a size from " + formatSize(least) + " to " + formatSize(most) + ", such as 64MiB or 1GiB",
                text -> text.equals("auto")
                        ? Optional.of(OptionalLong.empty())
                        : parseSize(text, least, most).map(OptionalLong::of),
                value -> value.isPresent() ? formatSize(value.getAsLong()) : "auto");
    }

    /** Bytes in a second; 0 switches it off. */
    static ValueType<Long> rate() {
        long most = 1L << 40;
        return new ValueType<>(
                "a rate up to " + formatSize(most) + "/s, such as 16KiB/s, or 0B/s for none",
                text -> text.endsWith("/s")
                        ? parseSize(text.substring(0, text.length() - 2), 0, most)
                        : Optional.empty(),
                value -> formatSize(value) + "/s");
    }

    /** A whole number in these bounds. */
    static ValueType<Integer> count(int least, int most) {
        return new ValueType<>(
                "a whole number from " + least + " to " + most, text -> parseCount(text, least, most), String::valueOf);
    }

    /** A whole number in these bounds, or {@code auto}, which goes by the machine. */
    static ValueType<OptionalInt> countOrAuto(int least, int most) {
        return new ValueType<>(
                "auto, or a whole number from " + least + " to " + most,
                text -> text.equals("auto")
                        ? Optional.of(OptionalInt.empty())
                        : parseCount(text, least, most).map(OptionalInt::of),
                value -> value.isPresent() ? String.valueOf(value.getAsInt()) : "auto");
    }

    /** A list of words; as text one a line, which is how {@link ConfigReader} hands over a list of the file. */
    static final ValueType<List<String>> WORDS = new ValueType<>(
            "a list of words, such as [\"a\", \"b\"]",
            text -> Optional.of(List.of(text.split("\n", -1)))
                    .filter(words -> words.stream().noneMatch(String::isBlank)),
            words -> String.join("\n", words));

    /** Any text that is not blank. */
    static final ValueType<String> TEXT = new ValueType<>(
            "some text", text -> Optional.of(text).filter(value -> !value.isBlank()), Function.identity());

    /** One of an enum's constants, written in lower case with hyphens. */
    static <E extends Enum<E>> ValueType<E> oneOf(E[] constants) {
        Map<String, E> byName = new LinkedHashMap<>();
        for (E constant : constants) {
            byName.put(spelled(constant), constant);
        }
        return named(byName);
    }

    /** One of these, by its name. */
    static <T> ValueType<T> named(Map<String, T> byName) {
        return new ValueType<>(
                "one of " + String.join(", ", byName.keySet()),
                text -> Optional.ofNullable(byName.get(text)),
                value -> byName.entrySet().stream()
                        .filter(entry -> entry.getValue().equals(value))
                        .findFirst()
                        .orElseThrow()
                        .getKey());
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Duration> duration(String text) {
        Matcher matcher = DURATION_FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration value = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
        // A century: longer ones overflow arithmetic in nanoseconds.
        return value.isZero() || value.toDays() > 36_500 ? Optional.empty() : Optional.of(value);
    }

    private static String formatDuration(Duration value) {
        long millis = value.toMillis();
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("d", 86_400_000L);
        units.put("h", 3_600_000L);
        units.put("m", 60_000L);
        units.put("s", 1000L);
        for (Map.Entry<String, Long> unit : units.entrySet()) {
            if (millis % unit.getValue() == 0) {
                return millis / unit.getValue() + unit.getKey();
            }
        }
        return millis + "ms";
    }

    private static Optional<Long> parseSize(String text, long least, long most) {
        Matcher matcher = SIZE_FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int shift = switch (matcher.group(2)) {
            case "B" -> 0;
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 40;
        };
        BigInteger value = new BigInteger(matcher.group(1)).shiftLeft(shift);
        boolean within =
                value.compareTo(BigInteger.valueOf(least)) >= 0 && value.compareTo(BigInteger.valueOf(most)) <= 0;
        return within ? Optional.of(value.longValueExact()) : Optional.empty();
    }

    private static String formatSize(long value) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        long left = value;
        while (left != 0 && left % 1024 == 0 && unit < units.length - 1) {
            left /= 1024;
            unit++;
        }
        return left + units[unit];
    }

    private static Optional<Integer> parseCount(String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        int value = Integer.parseInt(text);
        return value >= least && value <= most ? Optional.of(value) : Optional.empty();
    }

    private static Optional<List<Network>> networks(String text) {
        List<Network> networks = new ArrayList<>();
        for (String one : text.split("[,\n]", -1)) {
            Optional<Network> network = Network.parse(one.strip());
            if (network.isEmpty()) {
                return Optional.empty();
            }
            networks.add(network.get());
        }
        return Optional.of(networks);
    }

    private static Optional<Path> path(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<URI> baseUrl(String text) {
        URI url;
        try {
            url = URI.create(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        boolean remote = ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
        boolean local = "file".equals(url.getScheme()) && url.getRawAuthority() == null;
        boolean bare = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
        boolean folder = url.getRawPath() != null && url.getRawPath().endsWith("/");
        return (remote || local) && bare && folder ? Optional.of(url) : Optional.empty();
    }
}
