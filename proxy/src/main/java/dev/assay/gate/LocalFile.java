package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A file of this machine, by what its name and place claim that it is. Nothing of it has been read. */
public sealed interface LocalFile {
    Path path();

    /** The project it most likely belongs to: files in this order need each page once. */
    ProjectName project();

    /**
     * A wheel or sdist.
     *
     * @param projects the candidates, most likely first; at least one
     * @param place {@code packages/…/<filename>} where it lies in a tree of this shape
     */
    record Distribution(Path path, String filename, List<ProjectName> projects, Optional<String> place)
            implements LocalFile {
        public Distribution {
            projects = List.copyOf(projects);
        }

        @Override
        public ProjectName project() {
            return projects.get(0);
        }
    }

    /** A distribution's {@code .metadata} file (PEP 658). */
    record CoreMetadata(Path path, Distribution distribution) implements LocalFile {
        @Override
        public ProjectName project() {
            return distribution.project();
        }
    }

    /**
     * A project's page in a static tree: {@code simple/<project>/index.html}, or under another name that tools give it.
     *
     * @param json whether its name says JSON; else HTML
     * @param prefix the digest in hex before its name (TUF 6.2); empty when there is none
     */
    record Page(Path path, ProjectName project, boolean json, String prefix) implements LocalFile {}

    /** Empty when it claims to be none of them. */
    static Optional<LocalFile> of(Path path) {
        return LocalNames.file(path);
    }
}
