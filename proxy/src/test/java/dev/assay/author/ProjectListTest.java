package dev.assay.author;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectListTest {
    @TempDir
    private Path temp;

    private final Samples.Clock clock = new Samples.Clock();

    private Path folder() {
        return temp.resolve("index");
    }

    private Reader reader() throws Exception {
        return new Reader(folder(), clock).refreshed();
    }

    private TargetFile signed(PageFormat format) throws Exception {
        return reader().find(PageTargets.listPath(format)).orElseThrow();
    }

    private String plainCopy() throws Exception {
        return Files.readString(folder().resolve("public/simple/index.html"));
    }

    @Test
    void newRepositorySignsAnEmptyList() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            assertThat(made.status().projects()).isZero();
        }
        assertThat(reader().projects()).isEmpty();
        assertThat(plainCopy()).doesNotContain("<a ");
    }

    @Test
    void firstFileListsItsProjectInOrderOfNames() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "zeta", "1.0")));
            made.add(List.of(Samples.wheel(temp, "alpha", "1.0"), Samples.sdist(temp, "other_one", "1.0")));
            assertThat(made.status().projects()).isEqualTo(3);
        }
        assertThat(reader().projects()).containsExactly("alpha", "other-one", "zeta");
        assertThat(plainCopy()).contains("<a href=\"alpha/\"").contains("<a href=\"other-one/\"");
    }

    @Test
    void lastFileTakesItsProjectOffTheList() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "alpha", "1.0"), Samples.wheel(temp, "zeta", "1.0")));
            made.remove(List.of("alpha-1.0-py3-none-any.whl"));
        }
        assertThat(reader().projects()).containsExactly("zeta");
        assertThat(plainCopy()).doesNotContain("alpha");
    }

    @Test
    void furtherFilesOfAProjectLeaveTheListAsItIs() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            TargetFile before = signed(PageFormat.JSON);
            made.add(List.of(Samples.wheel(temp, "demo", "2.0")));
            made.yank(List.of("demo-1.0-py3-none-any.whl"), "");
            assertThat(signed(PageFormat.JSON)).isEqualTo(before);
        }
    }

    @Test
    void bothFormsAreSignedByAnOrdinaryBin() throws Exception {
        try (Repository made = Samples.init(folder(), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
        }
        for (PageFormat format : PageTargets.FORMATS) {
            TargetFile list = signed(format);
            assertThat(list.role()).startsWith("bin-");
            assertThat(folder().resolve("public").resolve(PageTargets.publishedName(list)))
                    .hasSize(list.length());
        }
    }

    @Test
    void claimedProjectIsListedOnceItsAuthorsHaveSigned() throws Exception {
        Path alice = ClaimedProjectsTest.authorKey(temp, "alice");
        try (Repository made = Samples.init(folder(), clock)) {
            made.delegate(new ProjectName("demo"), List.of(alice), 1);
        }
        try (Repository unlent = Samples.openUnlocked(folder(), clock, Publication.Observer.NONE)) {
            unlent.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            assertThat(reader().projects()).isEmpty();
            unlent.lend(alice);
            unlent.sign(new ProjectName("demo"));
        }
        assertThat(reader().projects()).containsExactly("demo");
        assertThat(plainCopy()).contains("demo");
    }

    @Test
    void replacedListsAreCollectedAfterTheGrace() throws Exception {
        RepositoryOptions options = Samples.options(2, RepositoryOptions.BinForm.SUCCINCT);
        try (Repository made = Repository.init(folder(), options, Passphrases.same(Samples.PASSPHRASE), clock)) {
            made.add(List.of(Samples.wheel(temp, "demo", "1.0")));
            clock.advance(Collector.GRACE.multipliedBy(2));
            made.refresh();
        }
        assertThat(reader().projects()).containsExactly("demo");
        try (var files = Files.list(folder().resolve("public/simple"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(3); // two forms and the plain copy
        }
    }
}
