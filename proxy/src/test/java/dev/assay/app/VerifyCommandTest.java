package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code assay verify} of single files: what it says of each, how, and whose word it takes for it. */
final class VerifyCommandTest extends VerifyTestCase {
    private static final String SDIST = DemoWheels.SOURCE.replace('-', '_') + "-1.0.tar.gz";

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
    void aPageThatIsNotTheSignedOneProvesNothing() throws Exception {
        index.become(Lie.PAGE_OTHER_HASHES);

        assertThat(verify(built(LIBRARY))).isEqualTo(1);

        assertThat(out.toString()).startsWith("not checked  ").contains("another page than the signed one");
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
    void helpGivesAnExampleAndTheExitCodes() {
        assertThat(run("verify", "--help")).isZero();
        assertThat(out.toString())
                .contains("Examples:")
                .contains("assay verify --config")
                .contains("Exit codes:");
    }

    final List<JsonObject> json() throws Exception {
        List<JsonObject> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(JsonReader.parseObject(line.getBytes(StandardCharsets.UTF_8), JsonReader.Numbers.INTEGERS_ONLY));
        }
        return lines;
    }
}
