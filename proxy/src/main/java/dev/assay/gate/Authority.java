package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One repository whose word counts, with what it says of pages and of files, and the metadata that says so.
 *
 * @param name as the configuration has it
 */
public record Authority(String name, ProjectPages pages, SignedFiles files, MetadataFiles metadata) implements Owner {
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
        return pages.open(project, deadline);
    }

    @Override
    public Optional<VerifiedPage> pageInMemory(ProjectName project) {
        return pages.openInMemory(project);
    }

    @Override
    public Outcome<SignedFile> file(String path, List<ProjectName> projects, Instant deadline) {
        return files.find(path, projects, deadline);
    }

    /** What is signed for a path below {@code /packages/}, whatever projects belong to this repository. */
    public Outcome<SignedFile> file(String path, Instant deadline) {
        return file(path, SignedFiles.candidates(path), deadline);
    }
}
