package dev.assay.simple;

import static dev.assay.simple.PageBuffer.ascii;

import dev.assay.crypto.Digest;
import java.util.List;
import java.util.Optional;

/** The HTML form (PEP 503, 592, 629, 658, 714, 740, 792), laid out as indexes lay it out: one link a line. */
final class HtmlPageWriter {
    private static final byte[] HEAD = ascii("""
            <!DOCTYPE html>
            <html>
              <head>
                <meta name="pypi:repository-version" content="1.4">
            """);
    private static final byte[] STATUS = ascii("    <meta name=\"pypi:project-status\" content=\"");
    private static final byte[] STATUS_REASON = ascii("    <meta name=\"pypi:project-status-reason\" content=\"");
    private static final byte[] END_META = ascii("\">\n");
    private static final byte[] TITLE = ascii("    <title>Links for ");
    private static final byte[] HEADING = ascii("</title>\n  </head>\n  <body>\n    <h1>Links for ");
    private static final byte[] END_HEADING = ascii("</h1>\n");
    private static final byte[] ROOT_TITLE = ascii("    <title>Simple index</title>\n  </head>\n  <body>\n");
    private static final byte[] FOOT = ascii("  </body>\n</html>\n");
    private static final byte[] LINK = ascii("<a href=\"");
    private static final byte[] SHA256_FRAGMENT = ascii("#sha256=");
    private static final byte[] SHA256 = ascii("sha256=");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] REQUIRES_PYTHON = ascii("\" data-requires-python=\"");
    private static final byte[] SIZE = ascii("\" data-size=\"");
    private static final byte[] UPLOAD_TIME = ascii("\" data-upload-time=\"");
    private static final byte[] YANKED = ascii("\" data-yanked=\"");
    private static final byte[] DIST_INFO_METADATA = ascii("\" data-dist-info-metadata=\"");
    private static final byte[] CORE_METADATA = ascii("\" data-core-metadata=\"");
    private static final byte[] PROVENANCE = ascii("\" data-provenance=\"");
    private static final byte[] TEXT = ascii("\">");
    private static final byte[] FOLDER_TEXT = ascii("/\">");
    private static final byte[] END_LINK = ascii("</a><br />\n");

    private final PageBuffer out;

    HtmlPageWriter(PageBuffer out) {
        this.out = out;
    }

    void page(ProjectPage page) {
        out.raw(HEAD);
        if (page.status() != null) {
            out.raw(STATUS).html(page.status()).raw(END_META);
            if (page.statusReason() != null) {
                out.raw(STATUS_REASON).html(page.statusReason()).raw(END_META);
            }
        }
        String name = page.name().value();
        out.raw(TITLE).html(name).raw(HEADING).html(name).raw(END_HEADING);
        page.files().forEach(this::file);
        out.raw(FOOT);
    }

    void root(RootPage page) {
        out.raw(HEAD).raw(ROOT_TITLE);
        for (ProjectName project : page.projects()) {
            String name = project.value();
            out.raw(LINK).urlInHtml(name).raw(FOLDER_TEXT).html(name).raw(END_LINK);
        }
        out.raw(FOOT);
    }

    private void file(ProjectFile file) {
        out.raw(LINK).urlInHtml(file.url());
        file.sha256().ifPresent(digest -> out.raw(SHA256_FRAGMENT).hex(digest.view()));
        if (file.requiresPython() != null) {
            out.raw(REQUIRES_PYTHON).html(file.requiresPython());
        }
        if (file.size() != null) {
            out.raw(SIZE).number(file.size());
        }
        if (file.uploadTime() != null) {
            out.raw(UPLOAD_TIME).time(file.uploadTime());
        }
        if (file.yanked() != null) {
            out.raw(YANKED).html(file.yanked().reason());
        }
        if (file.coreMetadata() != null) {
            coreMetadata(DIST_INFO_METADATA, file.coreMetadata());
            coreMetadata(CORE_METADATA, file.coreMetadata());
        }
        if (file.provenance() != null) {
            out.raw(PROVENANCE).urlInHtml(file.provenance());
        }
        out.raw(TEXT).html(file.filename()).raw(END_LINK);
    }

    private void coreMetadata(byte[] attribute, List<Digest> digests) {
        Optional<Digest> sha256 = ProjectFile.sha256Of(digests);
        out.raw(attribute);
        if (sha256.isPresent()) {
            out.raw(SHA256).hex(sha256.get().view());
        } else {
            out.raw(TRUE);
        }
    }
}
