package dev.assay.author.follow;

import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryException;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Signs what an index says, pass by pass. It owns the repository's {@code follow} folder, and the repository holds nothing else than what
 * it follows. One thread calls it; the questions to the index run on threads of its own.
 */
public final class Follower implements AutoCloseable {
    /** How often roles that expire before long are looked for. */
    private static final Duration REFRESH_EVERY = Duration.ofDays(1);

    /** From so many projects on, the index's list, with the serial of each, is asked for first: to read PyPI's takes as long. */
    private static final int WORTH_THE_LIST = 1_000;

    private final Repository repository;
    private final Index index;
    private final MemoryFolder memories;
    private final InstantSource clock;
    private final int worthTheList;
    private final ExecutorService questions;

    /**
     * The serial of each project by the index's list; none where it was not asked for, or gives none.
     *
     * @param at before it was asked for: what a pass sees by it or after it counts as seen then
     */
    record News(Instant at, Map<ProjectName, Long> serials) {}

    private Follower(Repository repository, Index index, MemoryFolder memories, InstantSource clock, int worthTheList) {
        this.repository = repository;
        this.index = index;
        this.memories = memories;
        this.clock = clock;
        this.worthTheList = worthTheList;
        this.questions = Executors.newFixedThreadPool(index.manners().connections(), work -> {
            Thread thread = new Thread(work, "assay-follow");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Follows this index, and no other, with the repository, both of which stay the caller's to close.
     *
     * @throws RepositoryException when the repository holds projects of its own, or follows another index
     */
    public static Follower open(Repository repository, Index index, InstantSource clock)
            throws IOException, RepositoryException {
        return open(repository, index, clock, WORTH_THE_LIST);
    }

    static Follower open(Repository repository, Index index, InstantSource clock, int worthTheList)
            throws IOException, RepositoryException {
        MemoryFolder memories = MemoryFolder.in(repository.followFolder());
        memories.bind(index.url(), repository.changePages().projects().isEmpty());
        return new Follower(repository, index, memories, clock, worthTheList);
    }

    /** Every project that is followed: those that the index had when they were first asked for. */
    public List<ProjectName> followed() throws IOException {
        return memories.followed();
    }

    /** The file that every alarm is written to, one a line; it need not exist. */
    public Path alarmLog() {
        return memories.alarmLog();
    }

    boolean follows(ProjectName project) {
        return memories.follows(project);
    }

    /**
     * Looks at each project once and signs what is new. Published in batches, so that a pass that is cut short has not been for
     * nothing: the next one asks only for what it has not seen.
     */
    public PassReport pass(Collection<ProjectName> projects, Progress progress)
            throws IOException, RepositoryException, InterruptedException {
        return pass(projects, news(projects), progress);
    }

    /** What the index's list says now, where that is worth a question: for passes over these projects together. */
    News news(Collection<ProjectName> projects) throws InterruptedException {
        Instant now = now();
        return new News(now, projects.size() < worthTheList ? Map.of() : index.serials(Set.copyOf(projects)));
    }

    /** As {@link #pass(Collection, Progress)}, by a list that was asked for before. */
    PassReport pass(Collection<ProjectName> projects, News news, Progress progress)
            throws IOException, RepositoryException, InterruptedException {
        Instant start = now();
        PassReport report = new Pass(repository, index, memories, questions, news, progress).over(projects);
        if (!start.isBefore(memories.refreshed().plus(REFRESH_EVERY))) {
            repository.refresh();
            memories.refreshed(start);
        }
        return report;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void close() {
        questions.shutdownNow();
    }
}
