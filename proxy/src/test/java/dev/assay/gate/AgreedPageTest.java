package dev.assay.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageParser;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What several signed pages have in common, by the threshold. */
final class AgreedPageTest {
    private static final String ONE = "1".repeat(64);
    private static final String TWO = "2".repeat(64);
    private static final Digest IDENTITY = Digest.of(HashAlgorithm.SHA256, new byte[0]);

    @Test
    void aFileThatOneOfTwoCallsYankedIsYanked() throws Exception {
        assertThat(onlyFile(2, 0, file(ONE, ""), file(ONE, ",\"yanked\":\"broken\""))
                        .yanked())
                .isNotNull();
    }

    @Test
    void aFileThatTwoOfThreeCallFreeIsNotYanked() throws Exception {
        ProjectFile file = onlyFile(2, 0, file(ONE, ""), file(ONE, ",\"yanked\":true"), file(ONE, ""));

        assertThat(file.yanked()).isNull();
    }

    @Test
    void whatOnlyOneSaysOfPythonVersionsIsNotSaid() throws Exception {
        String python = ",\"requires-python\":\">=3.9\"";

        assertThat(onlyFile(2, 0, file(ONE, python), file(ONE, "")).requiresPython())
                .isNull();
        assertThat(onlyFile(2, 0, file(ONE, python), file(ONE, python)).requiresPython())
                .isEqualTo(">=3.9");
    }

    @Test
    void metadataIsAdvertisedOnlyWhereItsDigestIsAgreed() throws Exception {
        String metadata = ",\"core-metadata\":{\"sha256\":\"" + TWO + "\"}";
        String other = ",\"core-metadata\":{\"sha256\":\"" + ONE + "\"}";

        assertThat(onlyFile(2, 0, file(ONE, metadata), file(ONE, other)).coreMetadata())
                .isNull();
        assertThat(onlyFile(2, 0, file(ONE, metadata), file(ONE, metadata)).coreMetadata())
                .hasSize(1);
    }

    @Test
    void whatOneSaysTwiceIsOneVoice() throws Exception {
        String twice = "{\"blake2b-256\":\"" + ONE + "\",\"blake2b\":\"" + ONE + "\"}";

        assertThat(page(2, 0, file(twice), ""))
                .hasValueSatisfying(page -> assertThat(page.page().files()).isEmpty());
        assertThat(onlyFile(2, 0, file(ONE, ",\"core-metadata\":" + twice), file(ONE, ""))
                        .coreMetadata())
                .isNull();
    }

    @Test
    void filesOfDifferentLengthAreNotTheSame() throws Exception {
        assertThat(page(2, 0, file(ONE, ",\"size\":1"), file(ONE, ",\"size\":2")))
                .hasValueSatisfying(page -> assertThat(page.page().files()).isEmpty());
    }

    @Test
    void aLengthThatOneGivesHoldsForTheOther() throws Exception {
        assertThat(onlyFile(2, 0, file(ONE, ",\"size\":1"), file(ONE, "")).size())
                .isEqualTo(1);
    }

    @Test
    void whenTwoAnswersBothHaveEnoughVotesNeitherCounts() throws Exception {
        assertThat(page(2, 0, file(ONE, ""), file(ONE, ""), file(TWO, ""), file(TWO, "")))
                .hasValueSatisfying(page -> assertThat(page.page().files()).isEmpty());
    }

    @Test
    void aContradictionIsToldWithBothSides() throws Exception {
        AgreedPage maker = new AgreedPage(pages(file(ONE, ""), file(TWO, "")), 2, 0);
        maker.make(IDENTITY);

        assertThat(maker.disputes()).singleElement().asString().contains(ONE).contains(TWO);
    }

    @Test
    void aVoteThatIsMissingLeavesThePageOpenWhereItCouldDecide() throws Exception {
        assertThat(page(2, 1, file(ONE, ""), file(TWO, ""))).isEmpty();
        assertThat(page(2, 1, file(ONE, ""), file(ONE, ",\"yanked\":true"))).isEmpty();
        assertThat(page(2, 1, file(ONE, ""), file(ONE, ""))).isPresent();
        assertThat(page(2, 2, file(ONE, ""), file(ONE, ""))).isEmpty();
    }

    private static ProjectFile onlyFile(int threshold, int failing, String... files) throws Exception {
        return page(threshold, failing, files).orElseThrow().page().files().get(0);
    }

    private static Optional<VerifiedPage> page(int threshold, int failing, String... files) throws Exception {
        return new AgreedPage(pages(files), threshold, failing).make(IDENTITY);
    }

    private static List<VerifiedPage> pages(String... files) throws MalformedPageException {
        List<VerifiedPage> pages = new ArrayList<>();
        ProjectName name = new ProjectName("demo");
        URI base = URI.create("http://index.invalid/simple/demo/");
        for (String file : files) {
            String json = "{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"demo\",\"files\":[" + file + "]}";
            ProjectPage page = PageParser.parse(json.getBytes(UTF_8), name, base);
            pages.add(VerifiedPage.of(IDENTITY, page));
        }
        return pages;
    }

    private static String file(String sha256, String more) {
        return file("{\"sha256\":\"" + sha256 + "\"}" + more);
    }

    private static String file(String hashesAndMore) {
        return "{\"filename\":\"demo-1.0.tar.gz\",\"url\":\"../../packages/a/demo-1.0.tar.gz\",\"hashes\":"
                + hashesAndMore + "}";
    }
}
