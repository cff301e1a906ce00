package dev.assay.author;

import dev.assay.simple.Confirmed;
import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The next state of the targets and pages: changes, in memory, on top of what is published (or, for a claimed project, waits for
 * signatures), which is read role by role. Only roles that really change end up in it, so that an addition touches no other bin.
 */
final class Draft {
    private final Session session;
    private final PublishedState published;
    private final PendingRoles pending;
    /** By role; empty for a target that is taken out. */
    private final Map<String, Map<TargetPath, Optional<TargetFile>>> changes = new TreeMap<>();

    private final Map<ProjectName, ProjectPage> pages = new TreeMap<>();
    private final Map<ProjectName, Boolean> written = new TreeMap<>();
    private @Nullable Confirmed confirmed;

    Draft(Session session, PublishedState published) {
        this.session = session;
        this.published = published;
        this.pending = new PendingRoles(session.folder, published);
    }

    PublishedState published() {
        return published;
    }

    /** The page as it will be; an empty one for a project without files. */
    ProjectPage page(ProjectName project) throws IOException, RepositoryException {
        ProjectPage changed = pages.get(project);
        if (changed != null) {
            return changed;
        }
        TargetPath path = PageTargets.path(project, PageFormat.JSON);
        Optional<TargetFile> target = target(published.responsible(path), path);
        return target.isEmpty()
                ? new ProjectPage(project, List.of(), List.of(), null, null, Map.of())
                : PageTargets.parse(published.page(target.get()), project);
    }

    /** Where the project's signed pages lie now, below the served folder. */
    List<String> publishedPages(ProjectName project) throws IOException, RepositoryException {
        List<String> names = new ArrayList<>();
        for (PageFormat format : PageTargets.FORMATS) {
            TargetPath path = PageTargets.path(project, format);
            published
                    .target(published.responsible(path), path)
                    .ifPresent(page -> names.add(PageTargets.publishedName(page)));
        }
        return names;
    }

    /** Replaces the page and, when no file is left on it, takes the project out. */
    void setPage(ProjectPage page) {
        pages.put(page.name(), page);
    }

    /** From {@link #publish} on, this is when the pages were last seen at the index that is followed. */
    void confirm(Confirmed seen) {
        confirmed = seen;
    }

    /** Signs a target from now on, in the role that is responsible for its path. */
    void put(TargetFile target) throws IOException, RepositoryException {
        String role = published.responsible(target.path());
        TargetFile signed = new TargetFile(target.path(), target.length(), target.digests(), target.custom(), role);
        changes(role).put(target.path(), Optional.of(signed));
    }

    void remove(TargetPath path) throws IOException, RepositoryException {
        changes(published.responsible(path)).put(path, Optional.empty());
    }

    private Map<TargetPath, Optional<TargetFile>> changes(String role) {
        return changes.computeIfAbsent(role, changed -> new TreeMap<>());
    }

    private Optional<TargetFile> target(String role, TargetPath path) throws IOException, RepositoryException {
        Optional<TargetFile> changed = changes.getOrDefault(role, Map.of()).get(path);
        return changed != null ? changed : Optional.ofNullable(before(role).get(path));
    }

    /** The role's targets as they will be. */
    private Map<TargetPath, TargetFile> after(String role) throws IOException, RepositoryException {
        Map<TargetPath, TargetFile> after = new TreeMap<>(before(role));
        changes(role).forEach((path, target) -> {
            after.remove(path);
            target.ifPresent(signed -> after.put(path, signed));
        });
        return after;
    }

    private Map<TargetPath, TargetFile> before(String role) throws IOException, RepositoryException {
        Optional<Targets> waiting = pending.targets(role);
        return waiting.isPresent()
                ? waiting.get().targets()
                : published.role(role).targets();
    }

    boolean isEmpty() {
        return changes.isEmpty() && pages.isEmpty();
    }

    /** Renders what changed, signs the touched roles and publishes: see {@link Signing}. Returns the claimed projects that wait. */
    List<ProjectName> publish(Publication publication) throws IOException, RepositoryException {
        writePages(publication);
        Signing signing = new Signing(session, published, publication);
        List<ProjectName> awaiting = signClaimed(signing, publication);
        Map<ProjectName, Boolean> visible = new TreeMap<>(written);
        visible.keySet().removeAll(awaiting);
        for (TargetFile list : ProjectList.change(visible, published, publication)) {
            put(list);
        }
        if (confirmed != null) {
            TargetPath path = PageTargets.listPath(PageFormat.JSON);
            TargetFile list = target(published.responsible(path), path)
                    .orElseThrow(() -> new RepositoryException("no list of projects is signed: " + path));
            put(ProjectList.marked(list, confirmed));
        }
        signBins(signing);
        signing.commit(visible.keySet());
        return awaiting;
    }

    private List<ProjectName> signClaimed(Signing signing, Publication publication)
            throws IOException, RepositoryException {
        List<ProjectName> awaiting = new ArrayList<>();
        for (String role : changes.keySet()) {
            if (PublishedState.isBin(role)) {
                continue;
            }
            PendingRole next = pending.next(role, after(role), session.offlineExpiry());
            next.signWith(session.keys, published.signers(role));
            if (next.isSigned(published.signers(role))) {
                signing.claimed(next);
            } else {
                pending.save(next, publication);
                awaiting.add(ClaimedProjects.project(role));
            }
            session.progress().at("roles signed", signing.signed(), changes.size());
        }
        return awaiting;
    }

    private void signBins(Signing signing) throws IOException, RepositoryException {
        for (String role : changes.keySet()) {
            if (PublishedState.isBin(role)) {
                signing.bin(role, after(role));
                session.progress().at("roles signed", signing.signed(), changes.size());
            }
        }
    }

    private void writePages(Publication publication) throws IOException, RepositoryException {
        int done = 0;
        for (ProjectPage page : pages.values()) {
            writePage(page, publication);
            session.progress().at("pages written", ++done, pages.size());
        }
    }

    /** Writes both forms of a page under names that nobody knows yet, to be signed; or takes a project without files out. */
    void writePage(ProjectPage page, Publication publication) throws IOException, RepositoryException {
        for (PageFormat format : PageTargets.FORMATS) {
            TargetPath path = PageTargets.path(page.name(), format);
            if (page.files().isEmpty()) {
                remove(path);
            } else {
                byte[] content = PageTargets.render(page, format);
                TargetFile target = PageTargets.describe(path, content, published.responsible(path));
                publication.write(PageTargets.publishedName(target), content);
                put(target);
            }
        }
        written.put(page.name(), !page.files().isEmpty());
    }
}
