package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.simple.ProjectName;
import dev.assay.simple.RootPage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What installers see behind one {@code index-url}: every question about a project goes to the project's owner, and to nobody else. So
 * nobody else learns a private name, and nobody else's signature counts for it (dependency confusion). Thread-safe.
 */
public final class Index {
    private final ProjectMap<Owner> map;
    private final List<Authority> repositories;
    private volatile Optional<ProjectPages.ProjectList> lastList = Optional.empty();

    public Index(ProjectMap<Owner> map) {
        this.map = map;
        this.repositories = map.entries().stream()
                .flatMap(entry -> entry.owner().repositories().stream())
                .distinct()
                .toList();
    }

    /** Whose word counts for some project. */
    public List<Authority> repositories() {
        return repositories;
    }

    /** The verified page; withheld as NOT_FOUND when its owner's signed metadata knows no such project, or it has no owner. */
    public Outcome<VerifiedPage> page(ProjectName project, Instant deadline) {
        return map.owner(project)
                .map(owner -> named(owner, owner.page(project, deadline)))
                .orElseGet(() -> Outcome.refused(Outcome.Reason.NOT_FOUND, "no entry of the map has " + project));
    }

    /** The page when trust and page are both in memory: for the event loop. */
    public Optional<VerifiedPage> pageInMemory(ProjectName project) {
        return map.owner(project).flatMap(owner -> owner.pageInMemory(project));
    }

    /**
     * What is signed for a path below {@code /packages/}. A file belongs to the project that its name names. An sdist's name
     * can name several; where they do not all have one owner, only the page that lists the file tells whose it is.
     *
     * @param path {@code packages/…/<filename>}, decoded; may end with {@code .metadata}
     */
    public Outcome<SignedFile> file(String path, Instant deadline) {
        List<ProjectName> projects = SignedFiles.candidates(path);
        return map.owner(projects)
                .map(owner -> named(owner, owner.file(path, projects, deadline)))
                .orElseGet(() -> listed(path, projects, deadline));
    }

    /** The same when trust and the pages that it takes are in memory: for the event loop. */
    public Optional<SignedFile> fileInMemory(String path) {
        List<ProjectName> projects = SignedFiles.candidates(path);
        return projects.isEmpty()
                ? Optional.empty()
                : map.owner(projects).flatMap(owner -> owner.fileInMemory(path, projects));
    }

    private Outcome<SignedFile> listed(String path, List<ProjectName> projects, Instant deadline) {
        for (ProjectName project : projects) {
            Outcome<VerifiedPage> page = page(project, deadline);
            boolean lists = page instanceof Outcome.Found<VerifiedPage> found
                    && found.value().file(SignedFiles.distribution(path)).isPresent();
            if (lists) {
                Owner owner = map.owner(project).orElseThrow();
                return named(owner, owner.file(path, List.of(project), deadline));
            }
            boolean none = page.is(Outcome.Reason.NOT_FOUND) || page.is(Outcome.Reason.REVOKED);
            if (!none && !(page instanceof Outcome.Found<VerifiedPage>)) {
                return page.then(never -> notListed(path));
            }
        }
        return notListed(path);
    }

    private static Outcome<SignedFile> notListed(String path) {
        String filename = path.substring(path.lastIndexOf('/') + 1);
        return Outcome.refused(
                Outcome.Reason.NOT_SIGNED, filename + ": no project of the map that it can belong to lists it");
    }

    /**
     * The list of projects: each name where its owner lists it. Withheld when one of the repositories has no list, since one that
     * misses projects would be wrong.
     */
    public Outcome<ProjectPages.ProjectList> list(Instant deadline) {
        Map<Authority, ProjectPages.ProjectList> lists = new LinkedHashMap<>();
        Optional<String> grace = Optional.empty();
        for (Authority repository : repositories) {
            Outcome<ProjectPages.ProjectList> list =
                    named(repository, repository.pages().list(deadline));
            if (!(list instanceof Outcome.Found<ProjectPages.ProjectList> found)) {
                return list;
            }
            lists.put(repository, found.value());
            grace = grace.or(found::grace);
        }
        return new Outcome.Found<>(union(lists), grace);
    }

    private ProjectPages.ProjectList union(Map<Authority, ProjectPages.ProjectList> lists) {
        StringBuilder text = new StringBuilder();
        lists.forEach((repository, list) ->
                text.append(repository.name()).append(' ').append(list.digest()).append('\n'));
        Digest identity = Digest.of(HashAlgorithm.SHA256, text.toString().getBytes(StandardCharsets.UTF_8));
        Optional<ProjectPages.ProjectList> last = lastList;
        if (last.isPresent() && last.get().digest().equals(identity)) {
            return last.get();
        }
        Ballot<ProjectName> ballot = new Ballot<>();
        lists.forEach((repository, list) -> new LinkedHashSet<>(list.page().projects())
                .stream().filter(project -> owns(repository, project)).forEach(ballot::vote));
        List<ProjectName> projects = ballot.said().stream()
                .filter(project -> ballot.votes(project)
                        >= map.owner(project).orElseThrow().threshold())
                .sorted()
                .toList();
        ProjectPages.ProjectList made = new ProjectPages.ProjectList(identity, new RootPage(projects));
        lastList = Optional.of(made);
        return made;
    }

    private boolean owns(Authority repository, ProjectName project) {
        return map.owner(project)
                .filter(owner -> owner.repositories().contains(repository))
                .isPresent();
    }

    /** Where there are several repositories, a reason names the one it comes from. */
    private <T> Outcome<T> named(Owner owner, Outcome<T> outcome) {
        return repositories.size() > 1 && owner instanceof Authority repository
                ? outcome.saidBy(repository.name())
                : outcome;
    }
}
