package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.encoding.JsonReader.Numbers;
import dev.assay.gate.TestClock;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.Envelope;
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
 * order, and which files it keeps; its others stand among the rules of {@code trust}. A delegation is written {@code delegator>role}, with {@code !} when it terminates, and a pattern after a colon.
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

    @ParameterizedTest
    @CsvSource({
        "2.root, root@1",
        "timestamp, root@2",
        "2.snapshot, root@2 timestamp@2",
        "2.targets, root@2 snapshot@2 timestamp@2",
    })
    void fileThatIsSignedByAnotherLeavesThoseBeforeIt(String name, String kept) throws Exception {
        repository.hashes = false; // so that it is the signature that is wrong
        repository.publishRoot();
        publish();
        String file = name + ".json";
        JsonObject signed = JsonReader.parseObject(repository.file(file), Numbers.INTEGERS_ONLY)
                .object("signed");
        repository.files.put(file, Envelope.sign(signed, List.of(TestRepository.newKey())));

        assertThat(refresh()).isEqualTo(1);

        assertThat(trusted()).containsExactly(kept.split(" "));
    }

    @ParameterizedTest
    @CsvSource({
        "timestamp, root@2 snapshot@1 targets@1 timestamp@1",
        "2.snapshot, root@2 snapshot@1 targets@1 timestamp@2",
        "2.targets, root@2 snapshot@2 targets@1 timestamp@2",
    })
    void fileThatIsMissingLeavesThoseBeforeItAndTheOldOnes(String name, String kept) throws Exception {
        assertThat(refresh()).isZero();
        repository.publishRoot();
        publish();
        repository.files.remove(name + ".json");

        assertThat(refresh()).isEqualTo(1);

        assertThat(trusted()).containsExactly(kept.split(" "));
        assertThat(requests.get(requests.size() - 1)).isEqualTo("/metadata/" + name + ".json");
    }

    @ParameterizedTest
    @CsvSource({
        "version\":, other\":",
        "sig\":\", sig\":\"00",
        "_type\":\"root, _type\":\"targets",
    })
    void pinnedRootThatIsNoneMeansNoRequest(String part, String instead) throws Exception {
        String text = new String(repository.root(1), UTF_8).replaceFirst(part, instead);
        tuf("init", Files.writeString(temp.resolve("root.json"), text).toString());

        assertThat(tuf("--metadata-url", server.base() + "metadata", "refresh")).isEqualTo(1);

        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void roleReachedThroughTwoDelegatorsIsVerifiedAgainstEach(boolean together) throws Exception {
        repository.target("C", "a/file");
        repository.target("C", "b/file");
        publish("targets>A:a/*", "targets>B:b/*", "A>C:a/*");
        repository.rotate("C");
        repository.delegate("B", "C", false, "b/*");
        repository.publish("B", "C"); // signed by the key that B names; A names the one before

        if (together) {
            assertThat(download("b/file", "a/file")).isEqualTo(1);
        } else {
            assertThat(download("b/file")).isZero();
            assertThat(download("a/file")).isEqualTo(1);
        }
        assertThat(temp.resolve("targets").toFile().list()).containsExactly("b%2Ffile");
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

    /** The roles in the folder, with their versions. */
    private List<String> trusted() throws Exception {
        List<String> roles = new ArrayList<>();
        try (Stream<Path> files = Files.list(temp.resolve("metadata"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                JsonObject signed = JsonReader.parseObject(Files.readAllBytes(file), Numbers.INTEGERS_ONLY)
                        .object("signed");
                roles.add(file.getFileName().toString().replace(".json", "@") + signed.integer("version"));
            }
        }
        return roles;
    }

    private int refresh() throws IOException {
        init();
        return tuf("--metadata-url", server.base() + "metadata", "refresh");
    }

    private void init() throws IOException {
        if (!Files.exists(temp.resolve("metadata"))) {
            tuf(
                    "init",
                    Files.write(temp.resolve("root.json"), repository.root(1)).toString());
        }
    }

    private int download(String... targets) throws IOException {
        init();
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
