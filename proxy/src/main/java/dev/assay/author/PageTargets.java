package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.encoding.JsonObject;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageParser;
import dev.assay.simple.PageRenderer;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.net.URI;
import java.util.List;

/**
 * The paths of the {@code assay} layout. A page changes under one target path, so it is published under its digest, as TUF
 * 6.2 has it: target {@code simple/demo/vnd.pypi.simple.v1.json} lies at {@code simple/demo/<sha256>.vnd.pypi.simple.v1.json}.
 * A file's path holds its own digest ({@code packages/<2>/<2>/<60>/<name>}, BLAKE2b-256 in hex), so it lies where its target path says.
 */
final class PageTargets {
    /** Both forms that are signed. */
    static final List<PageFormat> FORMATS = List.of(PageFormat.JSON, PageFormat.HTML);

    /** The copy of the list of projects for installers that use the tree directly; signed by nobody. */
    static final String LIST_COPY = "simple/index.html";

    private static final String INDEX = "https://index.invalid/";
    private static final String UP = "../../";

    private PageTargets() {}

    static TargetPath path(ProjectName project, PageFormat format) {
        return new TargetPath("simple/" + project + "/" + format.fileName());
    }

    /** Where one form of the list of projects is signed. */
    static TargetPath listPath(PageFormat format) {
        return new TargetPath("simple/" + format.fileName());
    }

    /** Where a page lies below the served folder. */
    static String publishedName(TargetFile page) {
        String path = page.path().value();
        int name = path.lastIndexOf('/') + 1;
        return path.substring(0, name) + sha256(page).hex() + "." + path.substring(name);
    }

    /** The copy for installers that use the tree directly; signed by nobody. */
    static String plainCopy(ProjectName project) {
        return "simple/" + project + "/index.html";
    }

    static Digest sha256(TargetFile target) {
        return target.digests().stream()
                .filter(digest -> digest.algorithm() == HashAlgorithm.SHA256)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(target.path() + " is signed without sha256"));
    }

    static TargetFile describe(TargetPath path, byte[] content, String role) {
        List<Digest> digests = List.of(Digest.of(HashAlgorithm.SHA256, content));
        return new TargetFile(path, content.length, digests, JsonObject.EMPTY, role);
    }

    /** {@code packages/aa/bb/rest/name}: a file's target path, and where it lies. */
    static String packagesPath(Digest blake2b, String filename) {
        String hex = blake2b.hex();
        return "packages/" + hex.substring(0, 2) + "/" + hex.substring(2, 4) + "/" + hex.substring(4) + "/" + filename;
    }

    /** The URL of a file as pages write it: relative, so that any host can serve the tree. */
    static String url(String packagesPath) {
        return UP + packagesPath;
    }

    /** The target path of a file on a page that this class has parsed: decoded, where its URL is not. */
    static TargetPath target(ProjectFile file) {
        return new TargetPath(
                URI.create("/" + file.url().substring(UP.length())).getPath().substring(1));
    }

    /** Whether a project's page is signed there, in the JSON form: each project has one. */
    static boolean isJsonPage(TargetPath path) {
        return path.value().startsWith("simple/")
                && path.value().endsWith(".json")
                && !path.equals(listPath(PageFormat.JSON));
    }

    static boolean isFile(TargetPath path) {
        return path.value().startsWith("packages/");
    }

    static byte[] render(ProjectPage page, PageFormat format) {
        return PageRenderer.render(page, format);
    }

    /** The model of a page that we rendered before, its file URLs relative again. */
    static ProjectPage parse(byte[] json, ProjectName project) throws RepositoryException {
        try {
            URI base = URI.create(INDEX + "simple/" + project + "/");
            ProjectPage page = PageParser.parseJson(json, project, base);
            List<ProjectFile> files =
                    page.files().stream().map(PageTargets::relative).toList();
            return new ProjectPage(
                    page.name(), files, page.versions(), page.status(), page.statusReason(), page.extra());
        } catch (MalformedPageException e) {
            throw new RepositoryException("published page of " + project + " is malformed: " + e.getMessage(), e);
        }
    }

    private static ProjectFile relative(ProjectFile file) {
        String url = file.url().startsWith(INDEX) ? UP + file.url().substring(INDEX.length()) : file.url();
        return file.at(url);
    }
}
