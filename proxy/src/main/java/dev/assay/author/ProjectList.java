package dev.assay.author;

import dev.assay.encoding.JsonException;
import dev.assay.encoding.JsonObject;
import dev.assay.simple.Confirmed;
import dev.assay.simple.MalformedPageException;
import dev.assay.simple.PageFormat;
import dev.assay.simple.PageParser;
import dev.assay.simple.PageRenderer;
import dev.assay.simple.ProjectName;
import dev.assay.simple.RootPage;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The signed list of all projects that have files, sorted by name: two targets, one a form, each in the bin of its path. They change
 * only when a project gets its first file or loses its last.
 */
final class ProjectList {
    private static final RootPage NONE = new RootPage(List.of());

    private ProjectList() {}

    /** The list of a new repository. */
    static List<TargetFile> empty(Publication publication, Function<TargetPath, String> responsible)
            throws IOException {
        List<TargetFile> targets = new ArrayList<>();
        for (PageFormat format : PageTargets.FORMATS) {
            TargetPath path = PageTargets.listPath(format);
            targets.add(write(NONE, format, responsible.apply(path), JsonObject.EMPTY, publication));
        }
        publication.write(PageTargets.LIST_COPY, PageRenderer.render(NONE, PageFormat.HTML));
        return targets;
    }

    /**
     * Writes the next list and returns its targets, still to be signed; none when the list stays as it is.
     *
     * @param having what becomes visible: whether each of these projects has files from now on
     */
    static List<TargetFile> change(Map<ProjectName, Boolean> having, PublishedState published, Publication publication)
            throws IOException, RepositoryException {
        RootPage before = read(published);
        TreeSet<ProjectName> projects = new TreeSet<>(before.projects());
        having.forEach((project, has) -> {
            if (has) {
                projects.add(project);
            } else {
                projects.remove(project);
            }
        });
        RootPage after = new RootPage(List.copyOf(projects));
        List<TargetFile> targets = new ArrayList<>();
        if (!after.equals(before)) {
            for (PageFormat format : PageTargets.FORMATS) {
                TargetFile now = target(format, published);
                targets.add(write(after, format, now.role(), now.custom(), publication));
            }
        }
        return targets;
    }

    private static TargetFile write(
            RootPage list, PageFormat format, String role, JsonObject custom, Publication publication)
            throws IOException {
        byte[] content = PageRenderer.render(list, format);
        TargetFile target = PageTargets.describe(PageTargets.listPath(format), content, role);
        publication.write(PageTargets.publishedName(target), content);
        return new TargetFile(target.path(), target.length(), target.digests(), custom, role);
    }

    /** The list's target with the times at which pages were last seen at the index. */
    static TargetFile marked(TargetFile list, Confirmed confirmed) {
        return new TargetFile(list.path(), list.length(), list.digests(), confirmed.write(), list.role());
    }

    /** What {@link #marked} wrote; empty when it never did. */
    static Optional<Confirmed> confirmed(PublishedState published) throws IOException, RepositoryException {
        try {
            return Confirmed.read(target(PageFormat.JSON, published).custom());
        } catch (JsonException e) {
            throw new RepositoryException("published list of projects: " + e.getMessage(), e);
        }
    }

    static RootPage read(PublishedState published) throws IOException, RepositoryException {
        try {
            return PageParser.parseRootJson(content(PageFormat.JSON, published));
        } catch (MalformedPageException e) {
            throw new RepositoryException("published list of projects is malformed: " + e.getMessage(), e);
        }
    }

    /** The signed list as it is published. */
    static byte[] content(PageFormat format, PublishedState published) throws IOException, RepositoryException {
        return published.page(target(format, published));
    }

    private static TargetFile target(PageFormat format, PublishedState published)
            throws IOException, RepositoryException {
        TargetPath path = PageTargets.listPath(format);
        return published
                .target(published.responsible(path), path)
                .orElseThrow(() -> new RepositoryException("no list of projects is signed: " + path));
    }
}
