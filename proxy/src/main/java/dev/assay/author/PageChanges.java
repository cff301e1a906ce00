package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.encoding.JsonObject;
import dev.assay.simple.Confirmed;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Replaces whole pages by what is known of them from elsewhere: the page is signed in both forms, and each file that it lists with a
 * size and a SHA-256. No file is held. Pages are written at once and seen by nobody before {@link #publish}. Used once.
 */
public final class PageChanges {
    private final Session session;
    private final PublishedState published;
    private final Draft draft;
    private final Publication publication;

    PageChanges(Session session, PublishedState published) {
        this.session = session;
        this.published = published;
        this.draft = new Draft(session, published);
        this.publication = session.publication();
    }

    /** The page as it is signed, file URLs relative; empty when none is. */
    public Optional<ProjectPage> signed(ProjectName project) throws IOException, RepositoryException {
        return Optional.of(draft.page(project)).filter(page -> !page.files().isEmpty());
    }

    /** Every project with a signed page. */
    public List<ProjectName> projects() throws IOException, RepositoryException {
        return ProjectList.read(published).projects();
    }

    /** When the signed pages were last seen at the index that is followed; empty when none is. */
    public Optional<Confirmed> confirmed() throws IOException, RepositoryException {
        return ProjectList.confirmed(published);
    }

    /** Signs this page from now on; one without files takes the project out. File URLs are {@code ../../packages/…}. */
    public void set(ProjectPage page) throws IOException, RepositoryException {
        Map<TargetPath, TargetFile> before = targets(draft.page(page.name()));
        Map<TargetPath, TargetFile> after = targets(page);
        for (TargetPath path : before.keySet()) {
            if (!after.containsKey(path)) {
                draft.remove(path);
            }
        }
        for (TargetFile target : after.values()) {
            if (!target.equals(before.get(target.path()))) {
                draft.put(target);
            }
        }
        draft.writePage(page, publication);
    }

    private static Map<TargetPath, TargetFile> targets(ProjectPage page) {
        Map<TargetPath, TargetFile> targets = new TreeMap<>();
        for (ProjectFile file : page.files()) {
            Optional<Digest> sha256 = file.sha256();
            if (file.size() != null && sha256.isPresent()) {
                TargetPath path = PageTargets.target(file);
                targets.put(path, new TargetFile(path, file.size(), List.of(sha256.get()), JsonObject.EMPTY, ""));
            }
        }
        return targets;
    }

    /** Makes all of it visible at once, with the time at which each page was last seen at the index. */
    public void publish(Confirmed confirmed) throws IOException, RepositoryException {
        draft.confirm(confirmed);
        draft.publish(publication);
        if (Files.exists(session.folder.unfinished())) {
            PlainCopies.finish(session, PublishedState.read(session.folder));
        }
    }
}
