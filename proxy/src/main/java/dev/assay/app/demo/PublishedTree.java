package dev.assay.app.demo;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a repository author published, at three times; the folders hold {@code metadata/}, {@code simple/} and
 * {@code packages/}.
 *
 * @param current what is published now
 * @param earlier at least {@code metadata/} of an older publication that has not expired
 * @param expired at least {@code metadata/} of an older publication that has
 */
public record PublishedTree(Path current, Path earlier, Path expired) {
    static final String JSON_PAGE = "vnd.pypi.simple.v1.json";

    private static final Pattern VERSIONED = Pattern.compile("(\\d+)\\.(.+\\.json)");

    /** A tree without a past, for lies that need none. */
    public static PublishedTree of(Path current) {
        return new PublishedTree(current, current, current);
    }

    /** The file at an URL path of {@code root}; a folder's is its {@code index.html}. Empty when there is none, or when it lies outside. */
    static Optional<Path> file(Path root, String urlPath) {
        Path file = root.resolve(urlPath.substring(1)).normalize();
        if (!file.startsWith(root)) {
            return Optional.empty();
        }
        Path page = urlPath.endsWith("/") ? file.resolve("index.html") : file;
        return Files.isRegularFile(page) ? Optional.of(page) : Optional.empty();
    }

    /**
     * The file of a project's page in JSON as it was last published in {@code root}; page files have a hash before their name, so
     * older ones stay beside it.
     */
    static Optional<Path> jsonPage(Path root, String urlPath) throws IOException {
        Path folder = root.resolve(urlPath.substring(1)).normalize();
        if (!folder.startsWith(root.resolve("simple")) || !Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(JSON_PAGE))
                    .max(Comparator.comparingLong(f -> f.toFile().lastModified()));
        }
    }

    /**
     * The earlier publication's version of a versioned metadata file, whatever its number there: what an attacker puts in the
     * place of {@code 7.targets.json} when he has {@code 5.targets.json}.
     */
    Optional<Path> earlierVersionOf(String fileName) throws IOException {
        Matcher name = VERSIONED.matcher(fileName);
        if (!name.matches()) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(earlier.resolve("metadata"))) {
            return files.filter(f -> roleFile(f).equals(name.group(2)))
                    .max(Comparator.comparingLong(PublishedTree::version));
        }
    }

    /** The wheels that are published now. */
    public List<Path> wheels() throws IOException {
        try (Stream<Path> files = Files.walk(current.resolve("packages"))) {
            return files.filter(f -> f.toString().endsWith(".whl")).sorted().toList();
        }
    }

    static String sha256(byte[] bytes) {
        return Digest.of(HashAlgorithm.SHA256, bytes).hex();
    }

    private static String roleFile(Path file) {
        Matcher name = VERSIONED.matcher(file.getFileName().toString());
        return name.matches() ? name.group(2) : "";
    }

    private static long version(Path file) {
        Matcher name = VERSIONED.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }
}
