package dev.assay.author;

import dev.assay.crypto.Digest;
import dev.assay.encoding.JsonObject;
import dev.assay.simple.DistributionFilename;
import dev.assay.simple.PackageVersion;
import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.simple.Yanked;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One call's changes to files: all are checked, and only then is anything written. Used once. */
final class FileChanges {
    private final Session session;
    private final Draft draft;
    private final List<String> changed = new ArrayList<>();
    private final List<String> unchanged = new ArrayList<>();

    FileChanges(Session session, PublishedState published) {
        this.session = session;
        this.draft = new Draft(session, published);
    }

    ChangeReport add(List<Path> files) throws IOException, RepositoryException {
        Map<String, Distribution> added = new LinkedHashMap<>();
        int read = 0;
        for (Path file : files) {
            Distribution distribution = Distribution.read(file);
            if (isNew(distribution, added.get(distribution.filename()))) {
                added.put(distribution.filename(), distribution);
                stage(distribution);
            }
            session.progress().at("files read", ++read, files.size());
        }
        Publication publication = session.publication();
        int written = 0;
        for (Distribution distribution : added.values()) {
            write(distribution, publication);
            session.progress().at("files written", ++written, added.size());
        }
        return publish(publication);
    }

    private boolean isNew(Distribution distribution, @Nullable Distribution sameCall)
            throws IOException, RepositoryException {
        ProjectPage page = draft.page(distribution.project());
        Optional<Digest> there = page.file(distribution.filename()).flatMap(ProjectFile::sha256);
        if (there.isEmpty()) {
            return true;
        }
        if (!there.get().equals(distribution.sha256())) {
            throw new RepositoryException(
                    distribution.filename() + (sameCall == null ? " is published" : " is given twice")
                            + " with other content (a file never changes: give it a new version or build number)");
        }
        if (sameCall == null) {
            unchanged.add(distribution.filename());
        }
        return false;
    }

    private void stage(Distribution distribution) throws IOException, RepositoryException {
        ProjectName project = distribution.project();
        TargetPath path = new TargetPath(distribution.packagesPath());
        String role = draft.published().responsible(path);
        String pageRole = draft.published().responsible(PageTargets.path(project, PageFormat.JSON));
        boolean claimed = !PublishedState.isBin(role) || !PublishedState.isBin(pageRole);
        if (claimed && !role.equals(pageRole)) {
            throw new RepositoryException(
                    distribution.filename() + ": its name does not fall under the claimed project's"
                            + " delegation that it belongs to (expected: "
                            + project.value().replace('-', '_') + "-…)");
        }
        ProjectPage page = draft.page(project);
        List<ProjectFile> files = new ArrayList<>(page.files());
        files.add(distribution.listed(session.now()));
        List<String> versions = page.versions() == null ? new ArrayList<>() : new ArrayList<>(page.versions());
        if (versions.stream()
                .noneMatch(version ->
                        PackageVersion.same(version, distribution.core().version()))) {
            versions.add(distribution.core().version());
        }
        draft.setPage(new ProjectPage(project, files, versions, page.status(), page.statusReason(), page.extra()));
        draft.put(new TargetFile(path, distribution.size(), List.of(distribution.sha256()), JsonObject.EMPTY, role));
        changed.add(distribution.filename());
    }

    private static void write(Distribution distribution, Publication publication)
            throws IOException, RepositoryException {
        publication.copy(distribution.packagesPath(), distribution.source(), distribution.sha256());
        if (distribution.metadataFile() != null) {
            publication.write(
                    distribution.packagesPath() + ".metadata",
                    distribution.metadataFile().content());
        }
    }

    ChangeReport remove(List<String> filenames) throws IOException, RepositoryException {
        List<String> removed = new ArrayList<>();
        for (String filename : filenames) {
            ProjectPage page = pageOf(filename);
            ProjectFile file = page.file(filename).orElseThrow();
            List<ProjectFile> files = new ArrayList<>(page.files());
            files.remove(file);
            setFiles(page, files);
            draft.remove(PageTargets.target(file));
            String path = PageTargets.target(file).value();
            removed.addAll(List.of(path, path + ".metadata"));
            if (files.isEmpty()) {
                removed.addAll(draft.publishedPages(page.name()));
            }
            changed.add(filename);
        }
        ChangeReport report = publish(session.publication());
        touch(removed);
        return report;
    }

    /** Their time is from now on that of their removal: readers of the old state get the collector's whole grace. */
    private void touch(List<String> removed) throws IOException {
        for (String path : removed) {
            Path file = session.folder.published(path);
            if (Files.exists(file)) {
                Files.setLastModifiedTime(file, FileTime.from(session.now()));
            }
        }
    }

    /** {@code yanked} null takes the mark off. */
    ChangeReport yank(List<String> filenames, @Nullable Yanked yanked) throws IOException, RepositoryException {
        for (String filename : filenames) {
            ProjectPage page = pageOf(filename);
            ProjectFile file = page.file(filename).orElseThrow();
            ProjectFile marked = withYanked(file, yanked);
            if (marked.equals(file)) {
                unchanged.add(filename);
            } else {
                setFiles(page, replaced(page.files(), one -> one.equals(file) ? marked : one));
                changed.add(filename);
            }
        }
        return publish(session.publication());
    }

    private static List<ProjectFile> replaced(List<ProjectFile> files, UnaryOperator<ProjectFile> change) {
        return files.stream().map(change).toList();
    }

    private static ProjectFile withYanked(ProjectFile file, @Nullable Yanked yanked) {
        return new ProjectFile(
                file.filename(),
                file.url(),
                file.digests(),
                file.requiresPython(),
                file.size(),
                file.uploadTime(),
                yanked,
                file.coreMetadata(),
                file.provenance(),
                file.extra());
    }

    /** The page with other files; a version that no file has any more is no longer listed (PEP 700). */
    private void setFiles(ProjectPage page, List<ProjectFile> files) {
        List<String> before = page.versions() == null ? List.of() : page.versions();
        List<String> versions = before.stream()
                .filter(version -> files.stream().anyMatch(file -> names(file, page.name(), version)))
                .toList();
        draft.setPage(new ProjectPage(page.name(), files, versions, page.status(), page.statusReason(), page.extra()));
    }

    private static boolean names(ProjectFile file, ProjectName project, String version) {
        return DistributionFilename.parse(file.filename())
                .filter(name -> name.names(project, version))
                .isPresent();
    }

    private ProjectPage pageOf(String filename) throws IOException, RepositoryException {
        Optional<DistributionFilename> name = DistributionFilename.parse(filename);
        for (ProjectName candidate : name.map(DistributionFilename::projects).orElse(List.of())) {
            ProjectPage page = draft.page(candidate);
            if (page.file(filename).isPresent()) {
                return page;
            }
        }
        throw new RepositoryException(Text.quote(filename) + " is not published (expected: a file's whole name)");
    }

    private ChangeReport publish(Publication publication) throws IOException, RepositoryException {
        List<ProjectName> awaiting = draft.isEmpty() ? List.of() : draft.publish(publication);
        return new ChangeReport(changed, unchanged, awaiting);
    }
}
