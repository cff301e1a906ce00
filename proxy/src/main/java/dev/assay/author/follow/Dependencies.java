package dev.assay.author.follow;

import dev.assay.author.Progress;
import dev.assay.author.RepositoryException;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.CoreMetadata;
import dev.assay.simple.DistributionFilename;
import dev.assay.simple.MalformedCoreMetadataException;
import dev.assay.simple.PackageVersion;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.upstream.UpstreamException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What projects need, and what that needs: read from the core metadata (PEP 658) of each one's newest wheel, which must match its
 * digest on the index's page. Markers are taken to hold on some machine, but for extras, which nobody asked for. Names alone come of it,
 * and only say what to follow.
 */
public final class Dependencies {
    private static final int MAX_PROJECTS = 10_000;
    private static final Pattern REQUIREMENT =
            Pattern.compile("([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)[^;]*(?:;(.*))?", Pattern.DOTALL);
    private static final Pattern EXTRA = Pattern.compile("\\bextra\\b");

    private final Index index;
    private final Set<ProjectName> projects;
    private final Map<ProjectName, String> unknown = new TreeMap<>();

    /**
     * What follows.
     *
     * @param projects those asked about too
     * @param unknown those whose dependencies can't be told, with the reason
     */
    public record Found(Set<ProjectName> projects, Map<ProjectName, String> unknown) {
        public Found {
            projects = Set.copyOf(projects);
            unknown = Map.copyOf(unknown);
        }
    }

    private Dependencies(Index index, Collection<ProjectName> of) {
        this.index = index;
        this.projects = new TreeSet<>(of);
    }

    /**
     * Asks the index, two questions a project.
     *
     * @throws RepositoryException when there are more than 10,000
     */
    public static Found of(Collection<ProjectName> projects, Index index, Progress progress)
            throws RepositoryException, InterruptedException {
        Dependencies all = new Dependencies(index, projects);
        Deque<ProjectName> waiting = new ArrayDeque<>(all.projects);
        for (int done = 1; !waiting.isEmpty(); done++) {
            for (ProjectName needed : all.needed(waiting.remove())) {
                if (all.projects.add(needed)) {
                    waiting.add(needed);
                }
            }
            if (all.projects.size() > MAX_PROJECTS) {
                throw new RepositoryException("more than " + MAX_PROJECTS
                        + " projects with their dependencies (name fewer, or follow everything)");
            }
            progress.at("dependencies read", done, all.projects.size());
        }
        return new Found(all.projects, all.unknown);
    }

    private Set<ProjectName> needed(ProjectName project) throws InterruptedException {
        IndexAnswer answer = index.page(project, null);
        if (answer instanceof IndexAnswer.Sent sent && sent.page().page() != null) {
            return needed(project, sent.page().page());
        }
        return answer instanceof IndexAnswer.Failed failed ? unknown(project, failed.reason()) : Set.of();
    }

    private Set<ProjectName> needed(ProjectName project, ProjectPage page) throws InterruptedException {
        Optional<ProjectFile> wheel = newest(page.files());
        if (wheel.isEmpty()) {
            return unknown(project, "no wheel of it has core metadata at the index (name what it needs)");
        }
        try {
            byte[] metadata = index.coreMetadata(wheel.get());
            if (sha256(wheel.get())
                    .filter(Digest.of(HashAlgorithm.SHA256, metadata)::equals)
                    .isEmpty()) {
                return unknown(project, "the metadata of " + wheel.get().filename() + " is not what its page says");
            }
            return names(CoreMetadata.parse(metadata).requiresDist());
        } catch (UpstreamException | MalformedCoreMetadataException | IllegalArgumentException e) {
            return unknown(project, "the metadata of " + wheel.get().filename() + ": " + e.getMessage());
        }
    }

    private Set<ProjectName> unknown(ProjectName project, String why) {
        unknown.put(project, why);
        return Set.of();
    }

    /** The wheel of the highest version with checkable metadata; a yanked or preliminary one only where there is no other. */
    private static Optional<ProjectFile> newest(List<ProjectFile> files) {
        return files.stream()
                .filter(file -> sha256(file).isPresent() && version(file).isPresent())
                .max(Comparator.comparing((ProjectFile file) -> file.yanked() == null)
                        .thenComparing(file -> !version(file).orElseThrow().isPreliminary())
                        .thenComparing(file -> version(file).orElseThrow()));
    }

    private static Optional<Digest> sha256(ProjectFile file) {
        List<Digest> digests = file.coreMetadata() == null ? List.of() : file.coreMetadata();
        return digests.stream()
                .filter(digest -> digest.algorithm() == HashAlgorithm.SHA256)
                .findFirst();
    }

    private static Optional<PackageVersion> version(ProjectFile file) {
        return DistributionFilename.parse(file.filename())
                .filter(DistributionFilename.Wheel.class::isInstance)
                .map(DistributionFilename.Wheel.class::cast)
                .flatMap(wheel -> PackageVersion.parse(wheel.version().replace('_', '-')));
    }

    static Set<ProjectName> names(List<String> requirements) {
        Set<ProjectName> names = new TreeSet<>();
        for (String requirement : requirements) {
            Matcher parts = REQUIREMENT.matcher(requirement);
            boolean needed = parts.matches()
                    && (parts.group(2) == null || !EXTRA.matcher(parts.group(2)).find());
            if (needed) {
                names.add(ProjectName.normalize(parts.group(1)));
            }
        }
        return names;
    }
}
