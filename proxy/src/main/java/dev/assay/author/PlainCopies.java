package dev.assay.author;

import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps {@code simple/<project>/index.html} and {@code simple/index.html}, which any installer understands and nobody signs, equal to
 * the signed HTML pages. The list of projects to look at is made durable before the timestamp is replaced and deleted at the end, so that after a crash on either
 * side of that step the next run sets things right.
 */
final class PlainCopies {
    private PlainCopies() {}

    /** Does what is left to do; nothing when there is no list. */
    static void finish(Session session, PublishedState published) throws IOException, RepositoryException {
        Path list = session.folder.unfinished();
        if (!Files.exists(list)) {
            return;
        }
        Publication publication = session.publication();
        for (String line : Files.readAllLines(list, StandardCharsets.UTF_8)) {
            copy(new ProjectName(line), session.folder, published, publication);
        }
        publication.write(PageTargets.LIST_COPY, ProjectList.content(PageFormat.HTML, published));
        publication.sync();
        Files.delete(list);
    }

    private static void copy(
            ProjectName project, RepositoryFolder folder, PublishedState published, Publication publication)
            throws IOException, RepositoryException {
        TargetPath path = PageTargets.path(project, PageFormat.HTML);
        Optional<TargetFile> page = published.target(published.responsible(path), path);
        if (page.isPresent()) {
            publication.write(PageTargets.plainCopy(project), published.page(page.get()));
        } else {
            Files.deleteIfExists(folder.published(PageTargets.plainCopy(project)));
        }
    }
}
