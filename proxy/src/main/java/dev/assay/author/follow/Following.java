package dev.assay.author.follow;

import dev.assay.author.Progress;
import dev.assay.author.RepositoryException;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows an index for as long as it is open: projects that are asked for at once, and each that is followed once in an interval.
 * One thread signs. All who ask while it is busy are served by its next pass together; a round over everything goes in slices, so that
 * nobody waits for the whole of it, and ends early when the index does not answer. Wishes add no more projects than {@link Growth} allows.
 * Thread-safe.
 */
public final class Following implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Following.class);
    private static final int SLICE = 100;
    private static final int FIRST = 4;
    private static final int MAX_WISHES = 1_000;
    /** For an answer to one wish: an index that does not answer is given up sooner, but it may ask for long pauses. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** That newcomers are refused, each of which the audit log has. */
    private static final Duration TELL_EVERY = Duration.ofMinutes(10);

    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Duration LAST_PASS = Duration.ofSeconds(10);

    private final Follower follower;
    private final Duration interval;
    private final RandomGenerator random;
    private Consumer<PassReport> reports = report -> {};
    private final BlockingQueue<Wish> wishes = new LinkedBlockingQueue<>(MAX_WISHES);
    private final Thread thread = new Thread(this::loop, "assay-following");
    private volatile boolean closed;
    private volatile int followed;

    // The thread's own: room for newcomers, what is left of the round, what the index's list said at its begin, and
    // when the next one begins.
    private final Room room;

    private long toldNanos = System.nanoTime() - TELL_EVERY.toNanos();
    private final Deque<ProjectName> due = new ArrayDeque<>();
    private Follower.News news = new Follower.News(Instant.MIN, Map.of());
    private long nextRound = System.nanoTime();

    private record Wish(ProjectName project, CompletableFuture<Wished> became) {}

    /**
     * Waits to be started; who asks before waits as well.
     *
     * @param follower used by nobody else from now on, and closed by the caller, after this
     * @param interval from round to round, up to a tenth more
     * @throws IOException when what is followed already can't be read
     */
    public Following(Follower follower, Duration interval, Growth growth, RandomGenerator random) throws IOException {
        this.follower = follower;
        this.interval = interval;
        this.random = random;
        this.room = new Room(growth, System.nanoTime());
        counted(follower.followed().size());
        thread.setDaemon(true);
    }

    /**
     * Begins, with a round over what is followed already.
     *
     * @param listener hears of every pass, on the thread that signs
     */
    public void start(Consumer<PassReport> listener) {
        reports = listener;
        thread.start();
    }

    /**
     * Looks at a project now, and follows it from then on. Returns when what the index says of it is published.
     *
     * @throws IOException when that could not be learnt or not be signed; the message says why
     */
    public Wished follow(ProjectName project) throws IOException, InterruptedException {
        Wish wish = new Wish(project, new CompletableFuture<>());
        if (!wishes.offer(wish)) {
            throw new IOException("more than " + MAX_WISHES + " projects wait to be looked at");
        }
        if (closed) {
            throw stopped();
        }
        try {
            return wish.became().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IOException(cause == null ? "no answer" : cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IOException("the index did not answer within " + PATIENCE.toSeconds() + " s", e);
        }
    }

    /** How many projects are followed. */
    public int followed() {
        return followed;
    }

    private static IOException stopped() {
        return new IOException("following is being stopped");
    }

    private void loop() {
        try {
            while (!closed) {
                Wish first = wishes.poll(due.isEmpty() ? nextRound - System.nanoTime() : 0, TimeUnit.NANOSECONDS);
                if (first != null) {
                    List<Wish> asked = new ArrayList<>(List.of(first));
                    wishes.drainTo(asked, SLICE - 1);
                    fulfil(asked);
                }
                if (!due.isEmpty()) {
                    goOn(SLICE);
                } else if (System.nanoTime() - nextRound >= 0) {
                    begin();
                }
            }
        } catch (InterruptedException e) {
            log.debug("following ends");
        } finally {
            closed = true;
            wishes.forEach(wish -> wish.became().completeExceptionally(stopped()));
        }
    }

    private void fulfil(List<Wish> wishes) throws InterruptedException {
        Set<ProjectName> newcomers = new HashSet<>();
        List<Wish> asked = admitted(wishes, newcomers);
        if (asked.isEmpty()) {
            return;
        }
        try {
            PassReport report = reported(
                    follower.pass(asked.stream().map(Wish::project).collect(Collectors.toSet()), Progress.NONE));
            for (Wish wish : asked) {
                String why = report.unconfirmed().get(wish.project());
                if (why == null) {
                    wish.became()
                            .complete(
                                    report.unknown().contains(wish.project())
                                            ? new Wished.Unknown()
                                            : new Wished.Signed());
                } else {
                    wish.became().completeExceptionally(new IOException(why));
                }
            }
        } catch (IOException | RepositoryException | RuntimeException e) {
            failed(asked.size(), e);
            asked.forEach(wish -> wish.became().completeExceptionally(e));
        } finally {
            newcomers.stream().filter(project -> !follower.follows(project)).forEach(project -> room.giveBack());
            counted(room.followed());
            asked.forEach(wish -> wish.became().completeExceptionally(stopped())); // of those without an answer
        }
    }

    /** Those that are followed or for which there is room; the others hear that there is none. */
    private List<Wish> admitted(List<Wish> wishes, Set<ProjectName> newcomers) {
        List<Wish> admitted = new ArrayList<>();
        for (Wish wish : wishes) {
            boolean takes = !newcomers.contains(wish.project()) && !follower.follows(wish.project());
            Optional<String> full = takes ? room.take(System.nanoTime()) : Optional.empty();
            if (full.isPresent()) {
                refuse(wish, full.get());
                continue;
            }
            if (takes) {
                newcomers.add(wish.project());
            }
            admitted.add(wish);
        }
        return admitted;
    }

    private void refuse(Wish wish, String why) {
        wish.became().complete(new Wished.Refused(why));
        if (System.nanoTime() - toldNanos >= TELL_EVERY.toNanos()) {
            toldNanos = System.nanoTime();
            log.warn("newcomers are refused project={} reason={}", wish.project(), why);
        }
    }

    private void counted(int projects) {
        room.follows(projects);
        followed = projects;
    }

    /** Being stopped is no failure to tell. */
    private void failed(int projects, Exception e) {
        if (!closed) {
            log.warn("signing failed projects={} reason={}", projects, e.toString());
        }
    }

    /** A few projects first, each time others: they show whether the index answers at all, and not whether one page is well. */
    private void begin() throws InterruptedException {
        nextRound = System.nanoTime() + jittered(interval);
        try {
            List<ProjectName> followed = new ArrayList<>(follower.followed());
            counted(followed.size());
            Collections.rotate(followed, random.nextInt(Math.max(1, followed.size())));
            news = follower.news(followed);
            due.addAll(followed);
        } catch (IOException | RuntimeException e) { // this thread must not end
            failed(followed(), e);
        }
        goOn(FIRST);
    }

    private void goOn(int slice) throws InterruptedException {
        List<ProjectName> next = new ArrayList<>();
        while (next.size() < slice && !due.isEmpty()) {
            next.add(due.remove());
        }
        boolean answered = false;
        try {
            PassReport report = reported(follower.pass(next, news, Progress.NONE));
            answered = next.isEmpty() || report.answered() > 0;
        } catch (IOException | RepositoryException | RuntimeException e) {
            failed(next.size(), e);
        }
        if (!answered) {
            due.clear();
            nextRound = System.nanoTime() + jittered(interval.compareTo(RETRY) < 0 ? interval : RETRY);
        }
    }

    private PassReport reported(PassReport report) {
        reports.accept(report);
        return report;
    }

    private long jittered(Duration duration) {
        long nanos = duration.toNanos();
        return nanos + random.nextLong(Math.max(1, nanos / 10));
    }

    /** Ends the pass that is under way; whatever it had not published by then is as if it had not begun. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(LAST_PASS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
