package dev.assay.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetPath;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final ProjectName PROJECT = new ProjectName("django-x");

    @Test
    void assayHasBothFormsOfAPageJsonFirst() {
        assertThat(Layout.ASSAY.pages(PROJECT))
                .containsExactly(
                        new TargetPath("simple/django-x/vnd.pypi.simple.v1.json"),
                        new TargetPath("simple/django-x/vnd.pypi.simple.v1.html"));
    }

    @Test
    void pep458HasPagesBelowSimple() {
        assertThat(Layout.PEP458.pages(PROJECT))
                .containsExactly(new TargetPath("simple/django-x/"), new TargetPath("simple/django-x/index.html"));
    }

    @Test
    void pagesOnlyHasTheBareProjectNameAndNoFiles() {
        assertThat(Layout.PAGES_ONLY.pages(PROJECT)).containsExactly(new TargetPath("django-x"));
        assertThat(Layout.PAGES_ONLY.file("ab/cd/x.whl")).isEmpty();
    }

    @Test
    void onlyAssaySignsAListOfProjects() {
        assertThat(Layout.ASSAY.rootPage(PageFormat.JSON)).contains(new TargetPath("simple/vnd.pypi.simple.v1.json"));
        assertThat(Layout.ASSAY.rootPage(PageFormat.HTML)).contains(new TargetPath("simple/vnd.pypi.simple.v1.html"));
        assertThat(Layout.PEP458.rootPage(PageFormat.JSON)).isEmpty();
        assertThat(Layout.PAGES_ONLY.rootPage(PageFormat.JSON)).isEmpty();
    }

    @Test
    void otherLayoutsSignFilesBelowPackages() {
        assertThat(Layout.ASSAY.file("ab/cd/x.whl")).contains(new TargetPath("packages/ab/cd/x.whl"));
        assertThat(Layout.PEP458.file("ab/cd/x.whl")).contains(new TargetPath("packages/ab/cd/x.whl"));
    }
}
