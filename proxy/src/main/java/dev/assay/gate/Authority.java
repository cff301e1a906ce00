package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One repository whose word counts, with what it says of pages and of files, and the metadata that says so.
 *
 * @param name as the configuration has it
 * @param newcomers who is asked for a project that the signed metadata does not list; empty when there is none but those
 */
public record Authority(
        String name, ProjectPages pages, SignedFiles files, MetadataFiles metadata, Optional<Newcomers> newcomers)
        implements Owner {
    @Override
    public List<Authority> repositories() {
        return List.of(this);
    }

    @Override
    public int threshold() {
        return 1;
    }

    @Override
    public Outcome<VerifiedPage> page(ProjectName project, Instant deadline) {
        Outcome<VerifiedPage> page = pages.open(project, deadline);
        return newcomers.isPresent() && page.is(Outcome.Reason.NOT_FOUND)
                ? newcomers.get().ask(project, deadline).then(signed -> pages.open(project, deadline))
                : page;
    }

    @Override
    public Optional<VerifiedPage> pageInMemory(ProjectName project) {
        return pages.openInMemory(project);
    }

    @Override
    public Outcome<SignedFile> file(String path, List<ProjectName> projects, Instant deadline) {
        Outcome<SignedFile> file = files.find(path, projects, deadline);
        if (newcomers.isEmpty() || !file.is(Outcome.Reason.NOT_SIGNED)) {
            return file;
        }
        for (ProjectName project : projects) { // it may be asked for before its page
            Outcome<VerifiedPage> page = page(project, deadline);
            boolean answered = page instanceof Outcome.Found<VerifiedPage>
                    || page.is(Outcome.Reason.NOT_FOUND)
                    || page.is(Outcome.Reason.REVOKED);
            if (!answered) {
                return page.then(never -> file);
            }
        }
        return files.find(path, projects, deadline);
    }

    @Override
    public Optional<SignedFile> fileInMemory(String path, List<ProjectName> projects) {
        return files.findInMemory(path, projects);
    }

    /** What is signed for a path below {@code /packages/}, whatever projects belong to this repository. */
    public Outcome<SignedFile> file(String path, Instant deadline) {
        return file(path, SignedFiles.candidates(path), deadline);
    }
}
