package dev.assay.author.follow;

import dev.assay.author.PageChanges;
import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryException;
import dev.assay.simple.Confirmed;
import dev.assay.simple.ProjectName;
import dev.assay.simple.ProjectPage;
import dev.assay.upstream.Representation;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pass: questions run ahead of the one thread that reviews, signs and publishes, by a bounded number. An answer that is hard to
 * believe (an older serial, another project's page, no such project) is asked for again, once more than it was, after everything else.
 */
final class Pass {
    private static final Logger log = LoggerFactory.getLogger(Pass.class);

    /**
     * Files that one publication holds in memory, about 500 bytes each, and so what a crash can cost. Each may sign every bin anew, which
     * at the size of PyPI is gigabytes of metadata: so not fewer.
     */
    private static final int BATCH_FILES = 200_000;

    private static final int QUESTIONS_AHEAD = 32;

    /** Of answers that wait for their review; each connection may hold one more. */
    private static final int BYTES_AHEAD = 32 << 20;

    private static final int MAX_ASKED = 3;

    /** Unlike {@link Memory#serial}'s "none", so that nothing is equal to it. */
    private static final long NO_SERIAL = -2;

    private final Repository repository;
    private final MemoryFolder memories;
    private final Index index;
    private final Instant start;
    private final Progress progress;
    private final CompletionService<Answered> questions;
    private final Semaphore bytesAhead = new Semaphore(BYTES_AHEAD);

    private final Map<ProjectName, Long> serials;
    private final Deque<Question> waiting = new ArrayDeque<>();
    private final Set<ProjectName> seen = new HashSet<>();
    private final Map<ProjectName, Memory> nextMemories = new TreeMap<>();
    private final Set<ProjectName> appearing = new TreeSet<>();
    private final Set<ProjectName> disappearing = new TreeSet<>();
    private @Nullable PageChanges changes;
    private int batchFiles;

    private int heard;
    private int unchanged;
    private int changed;
    private int added;
    private int lasting;
    private final List<ProjectName> unknown = new ArrayList<>();
    private final Map<ProjectName, String> unconfirmed = new TreeMap<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<String> unsigned = new ArrayList<>();

    private record Question(ProjectName project, int asked) {}

    private record Answered(Question question, Optional<Memory> memory, IndexAnswer answer) {
        ProjectName project() {
            return question.project();
        }

        /** What it takes of {@link #bytesAhead}: one that is longer than all of it has to be let through. */
        int weight() {
            Optional<byte[]> body = answer instanceof IndexAnswer.Sent sent
                    ? sent.representation().body()
                    : Optional.empty();
            return body.map(bytes -> Math.min(bytes.length, BYTES_AHEAD)).orElse(0);
        }
    }

    Pass(
            Repository repository,
            Index index,
            MemoryFolder memories,
            ExecutorService threads,
            Follower.News news,
            Progress progress) {
        this.repository = repository;
        this.index = index;
        this.memories = memories;
        this.start = news.at();
        this.serials = news.serials();
        this.progress = progress;
        this.questions = new ExecutorCompletionService<>(threads);
    }

    PassReport over(Collection<ProjectName> projects) throws IOException, RepositoryException, InterruptedException {
        Set<ProjectName> once = new LinkedHashSet<>(projects);
        once.forEach(project -> waiting.add(new Question(project, 1)));
        int underWay = 0;
        int done = 0;
        while (underWay > 0 || !waiting.isEmpty()) {
            while (underWay < QUESTIONS_AHEAD && !waiting.isEmpty()) {
                if (ask(waiting.remove())) {
                    underWay++;
                } else {
                    done++;
                }
            }
            if (underWay == 0) {
                continue;
            }
            Answered next = answered();
            underWay--;
            if (!again(next)) {
                take(next);
                progress.at("projects checked", ++done, once.size());
            }
            bytesAhead.release(next.weight());
            if (batchFiles >= BATCH_FILES) {
                publish(confirmedBefore());
            }
        }
        finish();
        return new PassReport(
                once.size(), heard, unchanged, changed, added, unknown, unconfirmed, alarms, lasting, unsigned);
    }

    /** False when nothing is left to ask: the list has answered (the project's serial is the one that was signed), or its memory is damaged. */
    private boolean ask(Question question) throws IOException {
        ProjectName project = question.project();
        Optional<Memory> memory;
        try {
            memory = memories.read(project);
        } catch (RepositoryException e) {
            damaged(project, e);
            return false;
        }
        @Nullable String etag = memory.map(Memory::etag).orElse(null);
        if (etag != null && memory.get().serial() == serials.getOrDefault(project, NO_SERIAL)) {
            heard++;
            unchanged(project, memory);
            return false;
        }
        questions.submit(() -> {
            Answered answered = new Answered(question, memory, page(project, etag));
            bytesAhead.acquire(answered.weight());
            return answered;
        });
        return true;
    }

    /** What nobody expected of one page is that page's failure, and not the pass's. */
    private IndexAnswer page(ProjectName project, @Nullable String etag) throws InterruptedException {
        try {
            return index.page(project, etag);
        } catch (RuntimeException e) {
            return failed(project, e);
        }
    }

    private static IndexAnswer.Failed failed(ProjectName project, RuntimeException e) {
        log.warn("a page could not be read project={}", project, e);
        return new IndexAnswer.Failed("its page could not be read: " + e);
    }

    /** Its own failure: nothing is signed of it that could contradict what is forgotten, and what is signed stays, and ages. */
    private void damaged(ProjectName project, RepositoryException e) {
        unconfirmed.put(project, String.valueOf(e.getMessage()));
    }

    private void unchanged(ProjectName project, Optional<Memory> memory) {
        seen.add(project);
        unchanged++;
        lasting += memory.map(known -> known.raised().size()).orElse(0);
    }

    private Answered answered() throws InterruptedException {
        try {
            return questions.take().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking the index failed", e.getCause());
        }
    }

    /** Whether it is asked once more, because edges of a CDN say such things in passing. */
    private boolean again(Answered answered) {
        if (answered.question().asked() >= MAX_ASKED || answered.memory().isEmpty()) {
            return false;
        }
        Memory memory = answered.memory().get();
        boolean doubtful = answered.answer() instanceof IndexAnswer.Missing
                || (answered.answer() instanceof IndexAnswer.Sent sent
                        && (sent.page().page() == null || sent.page().serial() < memory.serial()));
        if (doubtful) {
            waiting.add(new Question(answered.project(), answered.question().asked() + 1));
        }
        return doubtful;
    }

    private void take(Answered next) throws IOException, RepositoryException {
        ProjectName project = next.project();
        IndexAnswer answer = next.answer();
        heard += answer instanceof IndexAnswer.Failed ? 0 : 1;
        if (answer instanceof IndexAnswer.Failed failed) {
            unconfirmed.put(project, failed.reason());
        } else if (answer instanceof IndexAnswer.Unchanged) {
            unchanged(project, next.memory());
        } else if (answer instanceof IndexAnswer.Missing && next.memory().isEmpty()) {
            unknown.add(project);
        } else {
            PageChanges begun = changes();
            Optional<ProjectPage> signed;
            try {
                signed = begun.signed(project);
            } catch (RepositoryException e) {
                damaged(project, e);
                return;
            }
            review(next, signed);
        }
    }

    private void review(Answered answered, Optional<ProjectPage> signed) throws IOException, RepositoryException {
        ProjectName project = answered.project();
        Memory memory = answered.memory().orElse(Memory.NONE);
        Optional<IndexPage> sent =
                answered.answer() instanceof IndexAnswer.Sent page ? Optional.of(page.page()) : Optional.empty();
        Review.Result result;
        try {
            result = sent.isPresent()
                    ? Review.of(
                            project,
                            sent.get(),
                            signed,
                            memory,
                            start,
                            index.manners().serialPatience())
                    : Review.missing(project, signed, memory);
        } catch (RuntimeException e) {
            unconfirmed.put(project, failed(project, e).reason());
            return;
        }
        keep(project, memory, result, sent.map(IndexPage::sent), signed);
    }

    private void keep(
            ProjectName project,
            Memory before,
            Review.Result result,
            Optional<Representation> sent,
            Optional<ProjectPage> signed)
            throws IOException, RepositoryException {
        memories.raise(result.alarms(), sent, signed, start);
        alarms.addAll(result.alarms());
        lasting += result.memory().raised().size();
        result.unsigned().forEach(why -> unsigned.add(project + ": " + why));
        if (!result.memory().gone().equals(before.gone())) {
            memories.write(project, result.memory().withoutEtag());
        }
        nextMemories.put(project, result.memory());
        if (result.confirmed()) {
            seen.add(project);
        } else {
            unconfirmed.put(project, "the index's page can't be believed, and what is signed stays (see alarms)");
        }
        ProjectPage page = result.page();
        if (page == null) {
            unchanged += result.confirmed() ? 1 : 0;
            return;
        }
        changes().set(page);
        batchFiles += page.files().size();
        changed += signed.isPresent() ? 1 : 0;
        added += signed.isPresent() ? 0 : 1;
        (page.files().isEmpty() ? disappearing : appearing).add(project);
    }

    private PageChanges changes() throws IOException, RepositoryException {
        PageChanges begun = changes;
        if (begun == null) {
            begun = repository.changePages();
            changes = begun;
        }
        return begun;
    }

    /** In the midst of a pass nothing is said to be newer than it was: that would take an exception for each project. */
    private Confirmed confirmedBefore() throws IOException, RepositoryException {
        return changes().confirmed().orElse(Confirmed.at(start));
    }

    private void publish(Confirmed confirmed) throws IOException, RepositoryException {
        changes().publish(confirmed);
        for (Map.Entry<ProjectName, Memory> next : nextMemories.entrySet()) {
            memories.write(next.getKey(), next.getValue());
        }
        nextMemories.clear();
        appearing.clear();
        disappearing.clear();
        changes = null;
        batchFiles = 0;
    }

    private void finish() throws IOException, RepositoryException {
        Set<ProjectName> listed = new TreeSet<>(changes().projects());
        listed.addAll(appearing);
        listed.removeAll(disappearing);
        Confirmed before = confirmedBefore();
        Confirmed now = before.after(seen, start, listed);
        if (!appearing.isEmpty() || !disappearing.isEmpty() || !nextMemories.isEmpty() || !now.equals(before)) {
            publish(now);
        }
    }
}
