package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import dev.assay.gate.TestClock;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cases of the public conformance suite (theupdateframework/tuf-conformance) that say which roles a client asks for, in which
 * order, and which files it keeps. A delegation is written {@code delegator>role}, with {@code !} when it terminates, and a pattern after a colon.
 */
final class ConformanceTest {
    @TempDir
    private Path temp;

    private final TestRepository repository = new TestRepository();
    /** Of targets whose content is not their path. */
    private final Map<String, String> contents = new ConcurrentHashMap<>();

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private TestMirror server;

    @BeforeEach
    void serve() throws IOException {
        server = new TestMirror(path -> {
            requests.add(path);
            return path.startsWith("/metadata/")
                    ? Optional.ofNullable(repository.files.get(encoded(path.substring("/metadata/".length()))))
                    : Optional.of(content(path.replaceFirst("^/targets/(.*/)?[0-9a-f]{64}\\.", "$1")));
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "targets>A, A",
        "targets>A targets>B, A B",
        "targets>A targets>B B>C, A B C",
        "targets>A targets>B A>C A>D, A C D B",
        "targets>A targets>B A>C C>D, A C D B",
        "targets>A targets>B A>C! A>D, A C",
        "targets>A targets>B A>C! C>D, A C D",
        "targets>A:*.py targets>B A>C, B",
        "targets>A targets>B A>C:*.py C>D, A B",
        "targets>A targets>B B>C C>D D>B, A B C D",
        "targets>A targets>B B>C A>C, A C B",
        "targets>A targets>B B>C A>C:*.py, A B C",
    })
    void rolesAreVisitedInPreOrderAndAskedForOnce(String delegations, String visited) throws Exception {
        publish(delegations.split(" "));

        assertThat(download("missingpath")).isEqualTo(1);

        assertThat(requests)
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of("2.root", "timestamp", repository.version("snapshot") + ".snapshot"),
                                Stream.concat(Stream.of("targets"), Stream.of(visited.split(" ")))
                                        .map(role -> repository.version(role) + "." + role))
                        .map(name -> "/metadata/" + name + ".json")
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "top, true, ''",
        "README.md, true, A",
        "releases/x/x_v1, true, B C",
        "releases/y/y_v1.zip, true, B D",
        "releases/z/z_v1.zip, false, B",
    })
    void targetIsFoundWhereEveryRoleOnTheWayIsDelegatedThePath(String path, boolean found, String visited)
            throws Exception {
        repository.target("targets", "top");
        repository.target("A", "README.md");
        repository.target("C", "releases/x/x_v1");
        repository.target("D", "releases/y/y_v1.zip");
        repository.target("D", "releases/z/z_v1.zip");
        publish("targets>A:*.md", "targets>B:releases/*/*", "B>C:releases/x/*", "B>D:releases/y/*.zip");

        assertThat(download(path)).isEqualTo(found ? 0 : 1);

        assertThat(requests.stream().filter(name -> name.matches("/metadata/\\d+\\.[A-D]\\.json")))
                .extracting(name -> name.replaceAll("/metadata/\\d+\\.|\\.json", ""))
                .containsExactly(visited.isEmpty() ? new String[0] : visited.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "#", "/delegatedrole", "../delegatedrole"})
    void roleOfUnusualNameIsFoundAndStoredInsideTheFolder(String role) throws Exception {
        publish("targets>" + role);

        assertThat(download("missingpath")).isEqualTo(1);

        try (Stream<Path> files = Files.list(temp.resolve("metadata"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".json"))).hasSize(5);
        }
        assertThat(requests).contains("/metadata/1." + role + ".json");
    }

    @Test
    void targetThatChangesKeepsItsNameAndReplacesTheOldOne() throws Exception {
        repository.target("targets", "file");
        publish();
        download("file");
        TargetPath path = new TargetPath("file");
        Digest digest = Digest.of(HashAlgorithm.SHA256, "another".getBytes(UTF_8));
        repository.targets.put(
                "targets", Map.of(path, new TargetFile(path, 7, List.of(digest), JsonObject.EMPTY, "targets")));
        publish();
        contents.put("file", "another");

        assertThat(download("file")).isZero();

        assertThat(temp.resolve("targets").toFile().list()).containsExactly("file");
        assertThat(temp.resolve("targets/file")).hasContent("another");
    }

    @Test
    void namesAreHandledInOrderUntilTheFirstFailure() throws Exception {
        repository.target("targets", "first");
        repository.target("targets", "third");
        publish();

        assertThat(download("first", "second", "third")).isEqualTo(1);

        assertThat(temp.resolve("targets").toFile().list()).containsExactly("first");
        assertThat(requests.stream().filter(name -> name.startsWith("/metadata/")))
                .hasSize(4);
    }

    private byte[] content(String target) {
        return contents.getOrDefault(target, target).getBytes(UTF_8);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, UTF_8);
    }

    private void publish(String... delegations) {
        Set<String> roles = new LinkedHashSet<>(Set.of("targets"));
        for (String delegation : delegations) {
            String[] parts = delegation.split("[>:]", -1);
            String role = parts[1].replace("!", "");
            String pattern = parts.length > 2 ? parts[2] : "*";
            repository.delegate(parts[0], role, parts[1].endsWith("!"), pattern);
            roles.add(role);
        }
        repository.publish(roles.toArray(String[]::new));
    }

    private int download(String... targets) throws IOException {
        String root = Files.write(temp.resolve("root.json"), repository.root(1)).toString();
        if (!Files.exists(temp.resolve("metadata"))) {
            tuf("init", root);
        }
        List<String> arguments = new ArrayList<>(List.of("--metadata-url", server.base() + "metadata"));
        arguments.addAll(List.of("--target-base-url", server.base() + "targets"));
        arguments.addAll(List.of("--target-dir", temp.resolve("targets").toString()));
        List.of(targets).forEach(target -> arguments.addAll(List.of("--target-name", target)));
        arguments.add("download");
        return tuf(arguments.toArray(String[]::new));
    }

    private int tuf(String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("tuf", "--metadata-dir", temp.resolve("metadata").toString()));
        all.addAll(List.of(arguments));
        return Main.commandLine(new TestClock())
                .setErr(new PrintWriter(new StringWriter()))
                .execute(all.toArray(String[]::new));
    }
}
