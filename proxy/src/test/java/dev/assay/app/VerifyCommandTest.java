package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.PublishedTree;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay verify} against a repository that was authored here and is served on loopback. */
final class VerifyCommandTest {
    private static final String LIBRARY = DemoWheels.LIBRARY_WHEEL.filename();
    private static final String SDIST = DemoWheels.SOURCE.replace('-', '_') + "-1.0.tar.gz";

    @TempDir
    private static Path authored;

    private static PublishedTree published = PublishedTree.of(Path.of("."));
    private static Path root = Path.of(".");

    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Instant now = Instant.now();
    private LyingMirror index;

    @BeforeAll
    static void author() throws Exception {
        DemoRepository repository = DemoRepository.author(authored, List.of(), Instant.now());
        published = repository.tree();
        root = repository.pinnedRoot();
    }

    @BeforeEach
    void serve() throws IOException {
        index = LyingMirror.start(published, Lie.NONE);
    }

    @AfterEach
    void close() {
        index.close();
    }

    private int verify(Object... arguments) {
        List<String> all = new ArrayList<>(
                List.of("verify", "--metadata-url", index.metadata().toString()));
        all.addAll(List.of("--root", root.toString()));
        Stream.of(arguments).map(Object::toString).forEach(all::add);
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Main.commandLine(() -> now)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** What an owner has built: the very files that were published. */
    private Path built(String filename) throws IOException {
        DemoWheels.writeTo(temp.resolve("dist"));
        return temp.resolve("dist").resolve(filename);
    }

    /** What is published now, without the removed file, which a repository keeps for a day. */
    private Path tree() throws IOException {
        Path copy = temp.resolve("mirror");
        try (Stream<Path> files = Files.walk(published.current())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = copy.resolve(published.current().relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().startsWith(DemoWheels.OLD_APP.filename())) {
                    Files.copy(file, target);
                }
            }
        }
        return copy;
    }

    private static Path find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private List<JsonObject> json() throws Exception {
        List<JsonObject> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(JsonReader.parseObject(line.getBytes(StandardCharsets.UTF_8), JsonReader.Numbers.INTEGERS_ONLY));
        }
        return lines;
    }

    @Test
    void whatWasPublishedIsTheSame() throws Exception {
        Path wheel = built(LIBRARY);
        Path sdist = built(SDIST);

        assertThat(verify(wheel, sdist)).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "same         " + wheel,
                        "same         " + sdist,
                        "2 same, 0 different, 0 not signed, 0 not checked, 0 ignored");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anotherBuildIsDifferentAndSaysByWhichDigest() throws Exception {
        Path wheel = built(LIBRARY);
        flip(wheel);

        assertThat(verify(wheel)).isEqualTo(1);

        assertThat(out.toString())
                .startsWith("different    " + wheel + ": sha256:")
                .contains(" (signed page: ")
                .contains("0 same, 1 different");
    }

    @Test
    void anotherLengthIsDifferentWithoutHashing() throws Exception {
        Path wheel = built(LIBRARY);
        long length = Files.size(wheel);
        Files.write(wheel, new byte[(int) length + 1]);

        assertThat(verify(wheel)).isEqualTo(1);

        assertThat(out.toString()).contains((length + 1) + " bytes (signed page: " + length + ")");
    }

    @Test
    void anUnpublishedProjectIsNotSigned() throws Exception {
        Path wheel = Files.writeString(temp.resolve("unheard_of-1.0-py3-none-any.whl"), "x");

        assertThat(verify(wheel)).isEqualTo(1);

        assertThat(out.toString()).startsWith("not signed   " + wheel + ": no page of unheard-of is signed");
    }

    @Test
    void aRenamedFileIsNotSigned() throws Exception {
        Path wheel = built(LIBRARY);
        Path renamed = Files.move(wheel, wheel.resolveSibling(LIBRARY.replace("1.2", "1.3")));

        assertThat(verify(renamed)).isEqualTo(1);

        assertThat(out.toString())
                .startsWith("not signed   " + renamed + ": the signed page of assay-demo-library lists no such file");
    }

    @Test
    void aRemovedFileIsNotSigned() throws Exception {
        Path old = DemoWheels.OLD_APP.writeTo(temp);

        assertThat(verify(old)).isEqualTo(1);

        assertThat(out.toString()).startsWith("not signed   " + old);
    }

    @Test
    void aNamedFileThatIsNoDistributionIsNotSigned() throws Exception {
        Path readme = Files.writeString(temp.resolve("README.txt"), "x");

        assertThat(verify(readme)).isEqualTo(1);

        assertThat(out.toString()).startsWith("not signed   " + readme);
    }

    @Test
    void coreMetadataIsCheckedAgainstThePage() throws Exception {
        Path metadata = find(tree(), LIBRARY + ".metadata");
        assertThat(verify(metadata)).isZero();

        flip(metadata);

        assertThat(verify(metadata)).isEqualTo(1);
        assertThat(out.toString()).contains("different    " + metadata);
    }

    @Test
    void anHonestTreeHasOnlyASummary() throws Exception {
        assertThat(verify(tree())).isZero();

        assertThat(out.toString())
                .containsPattern("\\A\\d+ same, 0 different, 0 not signed, 0 not checked, \\d+ ignored\\R\\z");
    }

    @Test
    void oneFlippedByteInATreeIsTheOnlyProblem() throws Exception {
        Path tree = tree();
        Path wheel = find(tree, DemoWheels.DATA_WHEEL.filename());
        flip(wheel);

        assertThat(verify(tree)).isEqualTo(1);

        assertThat(out.toString().lines()).hasSize(2).first().asString().startsWith("different    " + wheel);
        assertThat(out.toString()).contains(" 1 different, 0 not signed");
    }

    @Test
    void anAddedWheelInATreeIsNotSigned() throws Exception {
        Path tree = tree();
        Path added = Files.copy(built(LIBRARY), find(tree, LIBRARY).resolveSibling(LIBRARY.replace("1.2", "9.9")));

        assertThat(verify(tree)).isEqualTo(1);

        assertThat(out.toString().lines()).hasSize(2).first().asString().startsWith("not signed   " + added);
    }

    @Test
    void aRewrittenPageInATreeIsDifferent() throws Exception {
        Path tree = tree();
        Path page = tree.resolve("simple/" + DemoWheels.LIBRARY + "/index.html");
        flip(page);

        assertThat(verify(tree)).isEqualTo(1);

        assertThat(out.toString()).startsWith("different    " + page + ": another page of assay-demo-library");
    }

    @Test
    void aPageOfAnUnknownProjectIsNotSigned() throws Exception {
        Path tree = tree();
        Path page = Files.createDirectories(tree.resolve("simple/evil")).resolve("index.html");
        Files.writeString(page, "<a href=\"evil-1.0.tar.gz\">evil-1.0.tar.gz</a>");

        assertThat(verify(tree)).isEqualTo(1);

        assertThat(out.toString()).startsWith("not signed   " + page + ": no page of evil is signed");
    }

    @Test
    void aTreeOfManyFilesNeedsEachPageOnce() throws Exception {
        assertThat(verify(tree())).isZero();

        assertThat(index.count(path -> path.contains("/simple/" + DemoWheels.APP + "/")))
                .isEqualTo(1);
    }

    @Test
    void aPageThatIsNotTheSignedOneProvesNothing() throws Exception {
        index.become(Lie.PAGE_OTHER_HASHES);

        assertThat(verify(built(LIBRARY))).isEqualTo(1);

        assertThat(out.toString()).startsWith("not checked  ").contains("another page than the signed one");
    }

    @Test
    void anEmptyFolderIsNoSuccess() throws Exception {
        assertThat(verify(Files.createDirectory(temp.resolve("empty")))).isEqualTo(1);

        assertThat(err.toString()).startsWith("assay verify: nothing to check").hasLineCount(1);
    }

    @Test
    void unreachableMetadataIsOneLineAndExitCodeOne() throws Exception {
        Path wheel = built(LIBRARY);
        index.close();

        assertThat(verify(wheel)).isEqualTo(1);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("assay verify: 127.0.0.1:").hasLineCount(1);
    }

    @Test
    void expiredMetadataIsRefused() throws Exception {
        now = now.plus(Duration.ofDays(30));

        assertThat(verify(built(LIBRARY))).isEqualTo(1);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith("assay verify: the signed metadata can't vouch for anything: ")
                .contains("expired")
                .hasLineCount(1);
    }

    @Test
    void aKeptMetadataFolderNoticesARollback() throws Exception {
        Path kept = temp.resolve("kept");
        Path wheel = built(LIBRARY);
        assertThat(verify("--metadata-dir", kept, wheel)).isZero();
        index.become(Lie.ROLLBACK);

        assertThat(verify("--metadata-dir", kept, wheel)).isEqualTo(1);

        assertThat(err.toString()).contains("version");
    }

    @Test
    void anotherRootIsRefused() throws Exception {
        DemoRepository other = DemoRepository.author(temp.resolve("other"), List.of(), Instant.now());

        assertThat(run(
                        "verify",
                        "--metadata-url",
                        index.metadata().toString(),
                        "--root",
                        other.pinnedRoot().toString(),
                        built(LIBRARY).toString()))
                .isEqualTo(1);

        assertThat(err.toString())
                .startsWith("assay verify: the signed metadata can't vouch")
                .hasLineCount(1);
    }

    @Test
    void jsonHasAnObjectForEachFileAndASummary() throws Exception {
        Path wheel = built(LIBRARY);
        Path other = built(DemoWheels.DATA_WHEEL.filename());
        flip(other);

        assertThat(verify("--json", wheel, other)).isEqualTo(1);

        List<JsonObject> lines = json();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).string("file")).isEqualTo(wheel.toString());
        assertThat(lines.get(0).string("result")).isEqualTo("same");
        assertThat(lines.get(0).string("signed-path")).startsWith("packages/").endsWith("/" + LIBRARY);
        assertThat(lines.get(1).string("result")).isEqualTo("different");
        assertThat(lines.get(1).string("reason")).startsWith("sha256:");
        JsonObject summary = lines.get(2).object("summary");
        assertThat(summary.members().keySet())
                .containsExactly("same", "different", "not-signed", "not-checked", "ignored");
        assertThat(summary.integer("different")).isEqualTo(1);
    }

    @Test
    void jsonIsAsciiWhateverTheNames() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("bücher\n"));
        Path wheel = Files.copy(built(LIBRARY), folder.resolve(LIBRARY));

        assertThat(verify("--json", wheel)).isZero();

        assertThat(out.toString()).isASCII();
        assertThat(json().get(0).string("file")).isEqualTo(wheel.toString());
    }

    @Test
    void aLineBreakInANameMakesNoLine() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("a\nsame         b"));
        Path wheel = Files.copy(built(LIBRARY), folder.resolve(LIBRARY));

        assertThat(verify(wheel)).isZero();

        assertThat(out.toString()).contains("a\\u000asame").hasLineCount(2);
    }

    @Test
    void theConfigurationOfServeIsEnough() throws Exception {
        Path config = Files.writeString(
                temp.resolve("assay.yaml"),
                "repository:\n  metadata-url: " + index.metadata() + "\n  root: " + root + "\nmirrors:\n  - url: "
                        + index.simple() + "\n");

        assertThat(run("verify", "--config", config.toString(), built(LIBRARY).toString()))
                .isZero();
    }

    @Test
    void theConfigurationAndItsPartsTogetherAreAUsageError() throws Exception {
        assertThat(verify("--config", "assay.yaml", built(LIBRARY))).isEqualTo(2);
        assertThat(err.toString()).contains("--config says all of this");
    }

    @Test
    void neitherConfigurationNorRootIsAUsageError() throws Exception {
        assertThat(run("verify", built(LIBRARY).toString())).isEqualTo(2);
        assertThat(err.toString()).contains("Missing: --config FILE, or --metadata-url URL and --root FILE");
    }

    @Test
    void aWrongUrlIsAUsageError() throws Exception {
        assertThat(run(
                        "verify",
                        "--metadata-url",
                        "ftp://x/",
                        "--root",
                        root.toString(),
                        built(LIBRARY).toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--metadata-url: \"ftp://x/\" (expected: an http");
    }

    @Test
    void aMissingFileIsAUsageError() {
        assertThat(verify(temp.resolve("missing.whl"))).isEqualTo(2);
        assertThat(err.toString()).contains("missing.whl: no such file or folder");
    }

    @Test
    void aTemporaryFolderIsDeletedWithWhatIsInIt() throws Exception {
        Scratch scratch = Scratch.unless(null);
        Files.writeString(
                Files.createDirectory(scratch.folder().resolve("state")).resolve("floors"), "x");

        scratch.close();

        assertThat(scratch.folder()).doesNotExist();
    }

    @Test
    void aChosenFolderStays() throws Exception {
        Scratch.unless(temp).close();

        assertThat(temp).exists();
    }

    @Test
    void helpGivesAnExampleAndTheExitCodes() {
        assertThat(run("verify", "--help")).isZero();
        assertThat(out.toString())
                .contains("Examples:")
                .contains("assay verify --config")
                .contains("Exit codes:");
    }

    @Test
    void theBarShowsHowFarItIs() {
        assertThat(ProgressBar.line("files checked", 1500, 3000))
                .isEqualTo("[###############---------------] 1,500 of 3,000 files checked");
    }
}
