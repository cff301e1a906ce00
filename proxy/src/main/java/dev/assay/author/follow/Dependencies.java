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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What projects need, with the extras that are asked for, and what that needs: read from the core metadata (PEP 658) of each one's newest
 * wheel, which must match its digest on the index's page. All other markers are taken to hold on some machine. Names alone come of it, and
 * only say what to follow.
 */
public final class Dependencies {
    private static final int MAX_PROJECTS = 10_000;

    private final Index index;
    /** Those that are needed, with their extras. */
    private final Map<ProjectName, Set<String>> needed = new TreeMap<>();

    private final Map<ProjectName, List<Requirement>> read = new HashMap<>();
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

    private Dependencies(Index index) {
        this.index = index;
    }

    /**
     * Asks the index, two questions a project.
     *
     * @throws RepositoryException when there are more than 10,000
     */
    public static Found of(Collection<Requirement> wanted, Index index, Progress progress)
            throws RepositoryException, InterruptedException {
        Dependencies all = new Dependencies(index);
        Deque<Requirement> waiting = new ArrayDeque<>(wanted);
        while (!waiting.isEmpty()) {
            waiting.addAll(all.neededFirst(waiting.remove()));
            if (all.needed.size() > MAX_PROJECTS) {
                throw new RepositoryException("more than " + MAX_PROJECTS
                        + " projects with their dependencies (name fewer, or follow everything)");
            }
            progress.at("dependencies read", all.read.size(), all.read.size() + waiting.size());
        }
        return new Found(all.needed.keySet(), all.unknown);
    }

    /** What this one needs that nobody needed before. */
    private List<Requirement> neededFirst(Requirement wanted) throws InterruptedException {
        Set<String> extras = needed.get(wanted.project());
        Set<String> before = extras == null ? Set.of() : Set.copyOf(extras);
        if (extras != null && before.containsAll(wanted.extras())) {
            return List.of();
        }
        Set<String> now = new TreeSet<>(before);
        now.addAll(wanted.extras());
        needed.put(wanted.project(), now);
        List<Requirement> known = read.get(wanted.project());
        if (known == null) {
            known = requirements(wanted.project());
            read.put(wanted.project(), known);
        }
        return known.stream()
                .filter(each -> each.isNeeded(now) && (extras == null || !each.isNeeded(before)))
                .toList();
    }

    private List<Requirement> requirements(ProjectName project) throws InterruptedException {
        IndexAnswer answer = index.page(project, null);
        if (answer instanceof IndexAnswer.Sent sent && sent.page().page() != null) {
            return requirements(project, sent.page().page());
        }
        return answer instanceof IndexAnswer.Failed failed ? unknown(project, failed.reason()) : List.of();
    }

    private List<Requirement> requirements(ProjectName project, ProjectPage page) throws InterruptedException {
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
            return CoreMetadata.parse(metadata).requiresDist().stream()
                    .map(Requirement::parse)
                    .toList();
        } catch (UpstreamException | MalformedCoreMetadataException | IllegalArgumentException e) {
            return unknown(project, "the metadata of " + wheel.get().filename() + ": " + e.getMessage());
        }
    }

    private List<Requirement> unknown(ProjectName project, String why) {
        unknown.put(project, why);
        return List.of();
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
}
