package dev.assay.simple;

import java.util.List;
import java.util.Optional;

/** What the name of a distribution file says about the project and version it belongs to. */
public sealed interface DistributionFilename {
    String filename();

    /** The projects the file can belong to: exactly one for a wheel, a few candidates for an sdist, most likely first. */
    List<ProjectName> projects();

    /** Whether the name can be read as this version of this project; versions are compared as PEP 440 compares them. */
    boolean names(ProjectName project, String version);

    /**
     * A wheel (PEP 427): {@code name-version[-build]-python-abi-platform.whl}.
     *
     * @param project normalized from the name part
     * @param version as written
     * @param build the build tag, which starts with a digit
     * @param tags the last three parts, as written, with their dashes
     */
    record Wheel(String filename, ProjectName project, String version, Optional<String> build, String tags)
            implements DistributionFilename {
        @Override
        public List<ProjectName> projects() {
            return List.of(project);
        }

        @Override
        public boolean names(ProjectName other, String otherVersion) {
            // A wheel writes the dash of a version as an underscore.
            return project.equals(other)
                    && (PackageVersion.same(version, otherVersion)
                            || PackageVersion.same(version.replace('_', '-'), otherVersion));
        }
    }

    /** An sdist or legacy archive ({@code .tar.gz}, {@code .zip}, {@code .tar.bz2}, {@code .egg}, …); candidates most likely first. */
    record Sdist(String filename, List<ProjectName> projects) implements DistributionFilename {
        public Sdist {
            projects = List.copyOf(projects);
        }

        @Override
        public boolean names(ProjectName project, String version) {
            return FilenameParser.splits(filename).stream()
                    .anyMatch(split -> split.project().equals(project) && split.isVersion(version));
        }
    }

    /** Empty when it is the name of no distribution. Never throws. */
    static Optional<DistributionFilename> parse(String filename) {
        return FilenameParser.parse(filename);
    }
}
