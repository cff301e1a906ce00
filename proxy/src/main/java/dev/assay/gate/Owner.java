package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whose word counts for the projects of one entry of the map: one repository, or several that must agree. */
public sealed interface Owner permits Authority, Agreement {
    /** The repositories that are asked, each with its own name. */
    List<Authority> repositories();

    /** How many of them must say the same. */
    int threshold();

    /** The verified page of a project of this owner. */
    Outcome<VerifiedPage> page(ProjectName project, Instant deadline);

    /** The page when all that it takes is in memory: for the event loop. */
    Optional<VerifiedPage> pageInMemory(ProjectName project);

    /**
     * What is signed for a path below {@code /packages/}.
     *
     * @param projects those of this owner that the file can belong to, most likely first
     */
    Outcome<SignedFile> file(String path, List<ProjectName> projects, Instant deadline);

    /** The same when all that it takes is in memory, and empty when it is not, or the file is withheld: for the event loop. */
    Optional<SignedFile> fileInMemory(String path, List<ProjectName> projects);
}
