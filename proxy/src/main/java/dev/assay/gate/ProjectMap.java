package dev.assay.gate;

import dev.assay.simple.ProjectName;
import java.util.List;
import java.util.Optional;

/**
 * Whose word counts for a project (TAP 4): the first entry with a pattern that has its name. Every entry is terminating: nothing
 * ever falls through to a later one, not when the owner fails, nor when it knows no such project.
 *
 * @param <O> what owns projects
 */
public record ProjectMap<O>(List<Entry<O>> entries) {
    /** Projects and their owner. */
    public record Entry<O>(List<ProjectPattern> projects, O owner) {
        public Entry {
            projects = List.copyOf(projects);
        }
    }

    public ProjectMap {
        entries = List.copyOf(entries);
    }

    /** One owner for every project there is. */
    public static <O> ProjectMap<O> of(O owner) {
        return new ProjectMap<>(List.of(new Entry<>(List.of(new ProjectPattern("*")), owner)));
    }

    /** The owner; empty when no entry has this name. */
    public Optional<O> owner(ProjectName project) {
        for (Entry<O> entry : entries) {
            for (ProjectPattern pattern : entry.projects()) {
                if (pattern.matches(project)) {
                    return Optional.of(entry.owner());
                }
            }
        }
        return Optional.empty();
    }

    /** The owner of all of these; empty when they have several, or one of them has none. A single owner has what names no project too. */
    Optional<O> owner(List<ProjectName> projects) {
        if (projects.isEmpty() && entries.size() == 1) {
            return Optional.of(entries.get(0).owner());
        }
        if (projects.size() == 1) {
            return owner(projects.get(0));
        }
        List<Optional<O>> owners = projects.stream().map(this::owner).distinct().toList();
        return owners.size() == 1 ? owners.get(0) : Optional.empty();
    }
}
