package dev.assay.gate;

import dev.assay.gate.LocalFileCheck.Result;
import dev.assay.gate.LocalFileCheck.Verdict;
import dev.assay.simple.ProjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link LocalFileCheck} where several repositories sign: a file is checked against what the owner of its project signs, as {@link Index} does. */
public final class MappedFileCheck {
    private final ProjectMap<Owner> map;

    /** One repository's check, and its name; empty where there is only one. */
    public record Named(String name, LocalFileCheck check) {
        private Verdict verdict(LocalFile file) {
            Verdict verdict = check.check(file);
            return name.isEmpty() || verdict.result() == Result.SAME
                    ? verdict
                    : new Verdict(verdict.result(), name + ": " + verdict.detail());
        }
    }

    /** Whose word counts, and how many of them must say the same. */
    public record Owner(List<Named> repositories, int threshold) {
        public Owner {
            repositories = List.copyOf(repositories);
        }

        private Verdict verdict(LocalFile file) {
            List<Verdict> verdicts = repositories.stream()
                    .map(repository -> repository.verdict(file))
                    .toList();
            List<Verdict> same = verdicts.stream()
                    .filter(verdict -> verdict.result() == Result.SAME)
                    .toList();
            if (same.size() >= threshold) {
                return same.get(0);
            }
            for (Result result : List.of(Result.DIFFERENT, Result.UNCHECKED, Result.NOT_SIGNED, Result.EARLIER)) {
                Optional<Verdict> found = verdicts.stream()
                        .filter(verdict -> verdict.result() == result)
                        .findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
            }
            throw new IllegalStateException("every verdict is the same, and yet too few: " + verdicts);
        }
    }

    public MappedFileCheck(ProjectMap<Owner> map) {
        this.map = map;
    }

    /** Reads the whole file once for each repository that is asked. */
    public Verdict check(LocalFile file) {
        Optional<Owner> owner = map.owner(projects(file));
        if (owner.isPresent()) {
            return owner.get().verdict(file);
        }
        List<String> missing = new ArrayList<>();
        for (ProjectName project : projects(file)) {
            Optional<Owner> one = map.owner(project);
            if (one.isEmpty()) {
                missing.add("no entry of the map has " + project);
                continue;
            }
            Verdict verdict = one.get().verdict(only(project, file));
            if (verdict.result() != Result.NOT_SIGNED) {
                return verdict;
            }
            missing.add(verdict.detail());
        }
        return new Verdict(Result.NOT_SIGNED, missing.isEmpty() ? "its name names no project" : missing.get(0));
    }

    private static List<ProjectName> projects(LocalFile file) {
        if (file instanceof LocalFile.CoreMetadata metadata) {
            return metadata.distribution().projects();
        }
        return file instanceof LocalFile.Distribution distribution ? distribution.projects() : List.of(file.project());
    }

    /** As a file of this project alone, which its page must list: where it lies says nothing of whose it is. */
    private static LocalFile only(ProjectName project, LocalFile file) {
        if (file instanceof LocalFile.CoreMetadata metadata) {
            return new LocalFile.CoreMetadata(metadata.path(), only(project, metadata.distribution()));
        }
        return file instanceof LocalFile.Distribution distribution ? only(project, distribution) : file;
    }

    private static LocalFile.Distribution only(ProjectName project, LocalFile.Distribution file) {
        return new LocalFile.Distribution(file.path(), file.filename(), List.of(project), Optional.empty());
    }
}
