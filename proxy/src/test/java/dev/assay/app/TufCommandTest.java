package dev.assay.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoWheels;
import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.encoding.JsonObject;
import dev.assay.gate.TestClock;
import dev.assay.gate.TestMirror;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.TestRepository;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The TUF client on the command line, against repositories over HTTP. */
final class TufCommandTest {
    private static final String TARGET = "folder/a file+100%.txt";

    @TempDir
    private Path temp;

    private final TestRepository repository = new TestRepository();
    private final Map<String, byte[]> targets = new HashMap<>();
    private final StringWriter err = new StringWriter();
    private InstantSource clock = new TestClock();
    private TestMirror server;

    @BeforeEach
    void serve() throws IOException {
        server = new TestMirror(this::served);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void initTrustsARootWithoutARequest() throws Exception {
        assertThat(init()).isZero();

        assertThat(metadata().resolve("root.json")).hasBinaryContent(repository.root(1));
        assertThat(server.asked()).isZero();
    }

    @Test
    void refreshLeavesExactlyTheTopLevelRolesInTheFolder() throws Exception {
        init();

        assertThat(refresh()).isZero();

        try (Stream<Path> files = Files.list(metadata())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json")))
                    .containsExactlyInAnyOrder("root.json", "timestamp.json", "snapshot.json", "targets.json");
        }
        assertThat(metadata().resolve("targets.json")).hasBinaryContent(repository.file("1.targets.json"));
    }

    @Test
    void anUnchangedTimestampEndsTheRefresh() throws Exception {
        init();
        refresh();
        int before = server.asked();

        assertThat(refresh()).isZero();

        assertThat(server.asked() - before).isEqualTo(2);
        assertThat(server.asked("metadata/2.root.json")).isEqualTo(2);
        assertThat(server.asked("metadata/timestamp.json")).isEqualTo(2);
    }

    @Test
    void aRollbackIsRefused() throws Exception {
        byte[] old = repository.file("timestamp.json");
        repository.publish("targets");
        init();
        refresh();
        repository.files.put("timestamp.json", old);

        assertThat(refresh()).isEqualTo(1);

        assertThat(err.toString()).startsWith("assay tuf: ROLLBACK: ");
    }

    @Test
    void expiredMetadataIsRefused() throws Exception {
        init();
        TestClock late = new TestClock();
        late.advance(Duration.ofDays(400));
        clock = late;

        assertThat(refresh()).isEqualTo(1);

        assertThat(err.toString()).startsWith("assay tuf: EXPIRED: ");
    }

    @Test
    void aTargetIsDownloadedByItsHashPrefixedAndEncodedName() throws Exception {
        publish(TARGET, "content");
        init();

        assertThat(download(TARGET)).isZero();

        assertThat(downloaded()).containsExactly("content");
    }

    @Test
    void aTargetThatIsThereWithTheRightHashIsNotAskedForAgain() throws Exception {
        publish(TARGET, "content");
        init();
        download(TARGET);
        targets.clear();

        assertThat(download(TARGET)).isZero();
    }

    @Test
    void aTargetThatIsThereWithOtherContentIsReplaced() throws Exception {
        publish(TARGET, "content");
        init();
        download(TARGET);
        try (Stream<Path> files = Files.list(temp.resolve("targets"))) {
            Files.writeString(files.findFirst().orElseThrow(), "changed");
        }

        assertThat(download(TARGET)).isZero();

        assertThat(downloaded()).containsExactly("content");
    }

    @Test
    void aTargetOfOtherContentThanSignedIsNotKept() throws Exception {
        publish(TARGET, "content");
        targets.replaceAll((path, bytes) -> "another".getBytes(US_ASCII));
        init();

        assertThat(download(TARGET)).isEqualTo(1);

        assertThat(downloaded()).isEmpty();
        assertThat(err.toString()).contains("other content than signed");
    }

    @Test
    void aTargetThatIsNotSignedIsNotAskedFor() throws Exception {
        init();
        targets.put("/targets/" + TARGET, "content".getBytes(US_ASCII));

        assertThat(download(TARGET)).isEqualTo(1);

        assertThat(err.toString()).contains("is not in the signed metadata");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a//b", "/absolute"})
    void aSignedPathThatCouldLeadElsewhereIsRefused(String path) throws Exception {
        publish(path, "content");
        init();

        assertThat(download(path)).isEqualTo(1);

        assertThat(err.toString()).startsWith("assay tuf: ").hasLineCount(1);
    }

    @Test
    void refreshWithoutATrustedRootSaysWhatToDo() {
        assertThat(refresh()).isEqualTo(1);

        assertThat(err.toString()).contains("run init first");
    }

    @Test
    void anUrlThatIsNoneIsAUsageError() throws Exception {
        init();

        assertThat(tuf("--metadata-url", "nowhere", "refresh")).isEqualTo(2);

        assertThat(err.toString()).contains("nowhere");
    }

    @Test
    void anEmptyTargetNameIsAUsageError() throws Exception {
        init();

        assertThat(download("")).isEqualTo(2);
    }

    @Test
    void aMissingOptionIsNamed() throws Exception {
        init();

        assertThat(tuf("refresh")).isEqualTo(2);

        assertThat(err.toString()).contains("--metadata-url");
    }

    @Test
    void aPageOfARepositoryOfOursIsDownloadedThroughItsBins() throws Exception {
        clock = InstantSource.system();
        Path published = author();

        assertThat(downloadOurs(published, "simple/assay-demo-library/vnd.pypi.simple.v1.json"))
                .isZero();

        assertThat(downloaded()).singleElement().asString().contains(DemoWheels.LIBRARY_WHEEL.filename());
    }

    @Test
    void aFileOfARepositoryOfOursIsDownloadedFromItsPathWithoutAPrefix() throws Exception {
        clock = InstantSource.system();
        Path published = author();
        String wheel;
        try (Stream<Path> files = Files.walk(published.resolve("packages"))) {
            Path found = files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow();
            wheel = published.relativize(found).toString();
        }

        assertThat(downloadOurs(published, wheel)).isZero();

        try (Stream<Path> files = Files.list(temp.resolve("targets"))) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasSameBinaryContentAs(published.resolve(wheel)));
        }
    }

    private int downloadOurs(Path published, String target) throws IOException {
        try (TestMirror tree = new TestMirror(path -> read(published.resolve(path.substring(1))))) {
            URI base = tree.base();
            tuf("init", temp.resolve("repository/root.json").toString());
            return tuf(
                    "--metadata-url",
                    base + "metadata/",
                    "--target-base-url",
                    base.toString(),
                    "--target-dir",
                    temp.resolve("targets").toString(),
                    "--target-name",
                    target,
                    "download");
        }
    }

    private Path author() throws Exception {
        RepositoryOptions options = new RepositoryOptions(
                1,
                1,
                SignatureScheme.ED25519,
                2,
                RepositoryOptions.BinForm.SUCCINCT,
                Duration.ofDays(365),
                Duration.ofDays(7),
                KeyFile.Cost.LOW);
        Path folder = temp.resolve("repository");
        try (Repository made = Repository.init(folder, options, Passphrases.same("test".toCharArray()), clock)) {
            made.add(List.of(DemoWheels.LIBRARY_WHEEL.writeTo(temp)));
            Files.copy(made.pinnedRoot(), folder.resolve("root.json"), StandardCopyOption.REPLACE_EXISTING);
            return made.publicFolder();
        }
    }

    private Optional<byte[]> served(String path) {
        return path.startsWith("/metadata/")
                ? Optional.ofNullable(repository.files.get(path.substring("/metadata/".length())))
                : Optional.ofNullable(targets.get(path));
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void publish(String path, String content) {
        byte[] bytes = content.getBytes(US_ASCII);
        Digest digest = Digest.of(HashAlgorithm.SHA256, bytes);
        TargetPath target = new TargetPath(path);
        repository.targets.put(
                "targets",
                Map.of(target, new TargetFile(target, bytes.length, List.of(digest), JsonObject.EMPTY, "targets")));
        repository.publish("targets");
        int name = path.lastIndexOf('/') + 1;
        targets.put("/targets/" + path.substring(0, name) + digest.hex() + "." + path.substring(name), bytes);
    }

    private int init() throws IOException {
        return tuf(
                "init",
                Files.write(temp.resolve("pinned.json"), repository.root(1)).toString());
    }

    private int refresh() {
        return tuf("--metadata-url", server.base() + "metadata", "refresh");
    }

    private int download(String target) {
        return tuf(
                "--metadata-url",
                server.base() + "metadata",
                "--target-base-url",
                server.base() + "targets",
                "--target-dir",
                temp.resolve("targets").toString(),
                "--target-name",
                target,
                "download");
    }

    private int tuf(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("tuf", "--metadata-dir", metadata().toString()));
        all.addAll(List.of(arguments));
        return Main.commandLine(clock).setErr(new PrintWriter(err, true)).execute(all.toArray(String[]::new));
    }

    private Path metadata() {
        return temp.resolve("metadata");
    }

    /** The content of what was downloaded. */
    private List<String> downloaded() throws IOException {
        Path folder = temp.resolve("targets");
        List<String> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    found.add(Files.readString(file));
                }
            }
        }
        return found;
    }
}
