package dev.assay.simple;

/**
 * Writes pages from the model, and from nothing else: version 1.4 of the simple API, the same bytes for the same model.
 *
 * <p>A file gets exactly one hash, {@code sha256}, or none when the model has none: pip looks only at the first hash of a page, and uv
 * refuses a page for one whose name it does not know. Core metadata is announced under both names that installers know. What the
 * model does not know is left out, never invented, though PEP 700 wants a {@code size} for each file. HTML is frozen at 1.4
 * (PEP 833), which says nothing against further {@code data-} attributes: {@code data-size} and {@code data-upload-time}, which uv
 * reads, are written where known. {@code versions} and {@code extra} have no place in HTML.
 */
public final class PageRenderer {
    private static final int PAGE_BYTES = 1024;
    private static final int FILE_BYTES = 1024;
    private static final int PROJECT_BYTES = 64;
    private static final int MAX_ESTIMATE = 4 << 20;

    private PageRenderer() {}

    /** UTF-8 bytes; file URLs are written as they stand in the model, with what no URL can hold percent-encoded. */
    public static byte[] render(ProjectPage page, PageFormat format) {
        PageBuffer out = buffer(FILE_BYTES * (long) page.files().size());
        switch (format) {
            case JSON -> new JsonPageWriter(out).page(page);
            case HTML, LEGACY_HTML -> new HtmlPageWriter(out).page(page);
        }
        return out.toByteArray();
    }

    /** The list of projects, as UTF-8 bytes; links are relative to the page. */
    public static byte[] render(RootPage page, PageFormat format) {
        PageBuffer out = buffer(PROJECT_BYTES * (long) page.projects().size());
        switch (format) {
            case JSON -> new JsonPageWriter(out).root(page);
            case HTML, LEGACY_HTML -> new HtmlPageWriter(out).root(page);
        }
        return out.toByteArray();
    }

    private static PageBuffer buffer(long estimate) {
        return new PageBuffer(PAGE_BYTES + (int) Math.min(estimate, MAX_ESTIMATE));
    }
}
