package dev.assay.tuf;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonReader.Numbers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A repository that other software made ({@code tuf/interop} among the test data; its README tells which and how), and what that
 * software says is in it. A target's content is its path in UTF-8.
 *
 * @param files by the name they are served under
 */
public record ForeignRepository(String name, Map<String, byte[]> files, JsonObject expected) {
    private static final String EXPECTED = "expected.json";

    /** All there are. */
    public static Stream<ForeignRepository> all() throws IOException, URISyntaxException {
        URL data = Objects.requireNonNull(ForeignRepository.class.getResource("/tuf/interop"));
        return in(Path.of(data.toURI()));
    }

    /** All below a folder. */
    public static Stream<ForeignRepository> in(Path top) throws IOException {
        try (Stream<Path> folders = Files.find(top, 2, (path, attributes) -> Files.exists(path.resolve(EXPECTED)))) {
            List<Path> sorted = folders.sorted().toList();
            return sorted.stream().map(folder -> read(top, folder));
        }
    }

    /** What is served under this name, which must be there. */
    public byte[] file(String name) {
        return Objects.requireNonNull(files.get(name), name);
    }

    private static ForeignRepository read(Path top, Path folder) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
            }
            byte[] expected = Objects.requireNonNull(files.remove(EXPECTED));
            JsonObject json = JsonReader.parseObject(expected, Numbers.INTEGERS_ONLY);
            return new ForeignRepository(top.relativize(folder).toString(), files, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException(folder + ": " + e.getMessage(), e);
        }
    }

    public byte[] pinnedRoot() {
        return Objects.requireNonNull(files.get("1.root.json"));
    }

    @Override
    public String toString() {
        return name;
    }
}
