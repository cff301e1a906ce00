package dev.assay.trust;

import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetPath;
import java.util.List;
import java.util.Optional;

/** Which target paths a repository uses for pages and files. */
public enum Layout {
    /** What our author writes: both page forms and distributions. */
    ASSAY,
    /**
     * PEP 458: pages and distributions. The PEP spells out no paths: a page is looked for where the simple API has it, and
     * then as the file that a static tree keeps there.
     */
    PEP458,
    /** Only pages are targets, at the bare project name; files are trusted through their signed page. */
    PAGES_ONLY;

    /** The page's target paths, preferred first. */
    public List<TargetPath> pages(ProjectName project) {
        return switch (this) {
            case ASSAY -> List.of(page(project, PageFormat.JSON), page(project, PageFormat.HTML));
            case PEP458 ->
                List.of(new TargetPath("simple/" + project + "/"), new TargetPath("simple/" + project + "/index.html"));
            case PAGES_ONLY -> List.of(new TargetPath(project.value()));
        };
    }

    /** Where the author writes one form of the page; only {@link #ASSAY} has one per form. */
    public static TargetPath page(ProjectName project, PageFormat format) {
        return new TargetPath("simple/" + project + "/" + fileName(format));
    }

    private static String fileName(PageFormat format) {
        return switch (format) {
            case JSON -> "vnd.pypi.simple.v1.json";
            case HTML, LEGACY_HTML -> "vnd.pypi.simple.v1.html";
        };
    }

    /** The target path of one form of the list of projects; empty when this layout signs no list. */
    public Optional<TargetPath> rootPage(PageFormat format) {
        return switch (this) {
            case ASSAY -> Optional.of(new TargetPath("simple/" + fileName(format)));
            case PEP458, PAGES_ONLY -> Optional.empty();
        };
    }

    /**
     * The target path of a file; empty when this layout signs no files.
     *
     * @param packagesPath what follows {@code /packages/}, such as {@code ab/cd/…/name-1.0.tar.gz}
     */
    public Optional<TargetPath> file(String packagesPath) {
        return switch (this) {
            case ASSAY, PEP458 -> Optional.of(new TargetPath("packages/" + packagesPath));
            case PAGES_ONLY -> Optional.empty();
        };
    }
}
