package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoWheels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code assay verify} of a whole mirror tree. */
final class VerifyTreeTest extends VerifyTestCase {
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
    void anEmptyFolderIsNoSuccess() throws Exception {
        assertThat(verify(Files.createDirectory(temp.resolve("empty")))).isEqualTo(1);

        assertThat(err.toString()).startsWith("assay verify: nothing to check").hasLineCount(1);
    }
}
