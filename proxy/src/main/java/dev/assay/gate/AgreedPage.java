package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.encoding.JsonValue;
import dev.assay.simple.ProjectFile;
import dev.assay.simple.ProjectPage;
import dev.assay.simple.Yanked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one page of a project on which several repositories agree.
 *
 * <p>A file is listed when the threshold of them say the same of it (see {@link Statement}). Whatever else an installer goes by is
 * said when the threshold says it, and otherwise not: Python versions, digests of {@code .metadata}, status. That a file is
 * <em>not</em> yanked is such a thing too: one that fewer vouch for as free to choose is yanked.
 */
final class AgreedPage {
    private final int threshold;
    private final int failing;
    private final List<VerifiedPage> pages;
    private final Map<String, ProjectFile> filesByPath = new HashMap<>();
    private final List<String> disputes = new ArrayList<>();
    private boolean open;

    /** An entry with what it says of the bytes. */
    private record Entry(Statement statement, ProjectFile file) {
        static Entry of(ProjectFile file) {
            return new Entry(new Statement(VerifiedPage.path(file), file.digests(), VerifiedPage.size(file)), file);
        }
    }

    /**
     * Over the pages of those that answered.
     *
     * @param failing how many did not
     */
    AgreedPage(List<VerifiedPage> pages, int threshold, int failing) {
        this.pages = pages;
        this.threshold = threshold;
        this.failing = failing;
    }

    /**
     * The page; empty when what is agreed hangs on those that failed.
     *
     * @param identity stands for the pages that it is made of
     */
    Optional<VerifiedPage> make(Digest identity) {
        Map<String, List<Entry>> byName = new LinkedHashMap<>();
        for (VerifiedPage page : pages) {
            for (ProjectFile file : page.page().files()) {
                byName.computeIfAbsent(file.filename(), name -> new ArrayList<>())
                        .add(Entry.of(file));
            }
        }
        List<ProjectFile> files = new ArrayList<>();
        byName.values().forEach(entries -> file(entries).ifPresent(files::add));
        ProjectPage page = new ProjectPage(
                pages.get(0).page().name(),
                files,
                versions(),
                ofPages(ProjectPage::status).orElse(null),
                ofPages(ProjectPage::statusReason).orElse(null),
                ofPages(ProjectPage::extra).orElse(Map.<String, JsonValue>of()));
        return open ? Optional.empty() : Optional.of(new VerifiedPage(identity, page, filesByPath));
    }

    /** What was said of files about which they contradict each other. */
    List<String> disputes() {
        return disputes;
    }

    private Optional<ProjectFile> file(List<Entry> entries) {
        List<Statement> statements = entries.stream().map(Entry::statement).toList();
        List<Statement.Fact> facts = decided(Statement.ballot(statements));
        if (facts.isEmpty() || Statement.contradictory(facts)) {
            if (Statement.contradictory(Statement.ballot(statements).said())) {
                disputes.add(statements.toString());
            }
            return Optional.empty();
        }
        Statement agreed = Statement.of(facts);
        List<ProjectFile> agreeing = entries.stream()
                .filter(entry -> entry.statement().says(facts))
                .map(Entry::file)
                .toList();
        ProjectFile file = new ProjectFile(
                agreeing.get(0).filename(),
                agreeing.get(0).url(),
                agreed.digests(),
                of(agreeing, ProjectFile::requiresPython).orElse(null),
                agreed.length().isPresent() ? agreed.length().getAsLong() : null,
                of(agreeing, ProjectFile::uploadTime).orElse(null),
                yanked(agreeing),
                coreMetadata(agreeing),
                of(agreeing, ProjectFile::provenance).orElse(null),
                of(agreeing, ProjectFile::extra).orElse(Map.<String, JsonValue>of()));
        filesByPath.put(agreed.path(), file);
        return Optional.of(file);
    }

    private @Nullable Yanked yanked(List<ProjectFile> agreeing) {
        Ballot<Optional<Yanked>> ballot = new Ballot<>();
        agreeing.forEach(file -> ballot.vote(Optional.ofNullable(file.yanked())));
        boolean free = decided(ballot).contains(Optional.<Yanked>empty());
        return free
                ? null
                : ballot.said().stream().flatMap(Optional::stream).findFirst().orElse(null);
    }

    private @Nullable List<Digest> coreMetadata(List<ProjectFile> agreeing) {
        Ballot<Digest> ballot = new Ballot<>();
        for (ProjectFile file : agreeing) {
            List<Digest> digests = file.coreMetadata();
            if (digests != null) {
                digests.stream().distinct().forEach(ballot::vote);
            }
        }
        List<Digest> agreed = decided(ballot);
        return agreed.isEmpty() ? null : agreed;
    }

    private @Nullable List<String> versions() {
        Ballot<String> ballot = new Ballot<>();
        boolean complete = true;
        for (VerifiedPage page : pages) {
            List<String> versions = page.page().versions();
            complete &= versions != null;
            if (versions != null) {
                versions.stream().distinct().forEach(ballot::vote);
            }
        }
        List<String> agreed = decided(ballot);
        return complete ? agreed : null;
    }

    private <V> Optional<V> ofPages(Function<ProjectPage, @Nullable V> said) {
        return of(pages.stream().map(VerifiedPage::page).toList(), said);
    }

    /** The one thing that the threshold says; empty when there is none, or it is nothing. */
    private <T, V> Optional<V> of(List<T> those, Function<T, @Nullable V> said) {
        Ballot<Optional<V>> ballot = new Ballot<>();
        those.forEach(one -> ballot.vote(Optional.ofNullable(said.apply(one))));
        List<Optional<V>> agreed = decided(ballot);
        return agreed.size() == 1 ? agreed.get(0) : Optional.empty();
    }

    private <V> List<V> decided(Ballot<V> ballot) {
        open |= ballot.isOpen(threshold, failing);
        return ballot.agreed(threshold);
    }
}
