package dev.assay.gate;

import dev.assay.store.Blob;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One signed file being fetched, shared by all who wait for it: mirror after mirror → staged while hashed → handed over when every
 * digest matches, and committed meanwhile: nobody waits for the disk, and it ends when that is done. It has one {@link Lane}, and a
 * second one when the first byte is late; the first whose bytes verify wins.
 *
 * <p>Concurrency: a lane alone writes to its {@link Attempt}; the attempts, {@link #state} and the waiters are guarded by this
 * object's monitor, under which nothing blocks. An early answer begins with an attempt when the first byte of it may be handed
 * over, and is cut when that attempt is dropped, whatever becomes of the others. When another lane has won, an attempt goes on as
 * long as somebody reads it; verified bytes stay readable until the last early answer has begun or left.
 */
final class VerifiedDownload implements Runnable {
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** A first byte is late when it takes several times as long as this mirror's usually do, within these bounds. */
    private static final int LATE_TIMES = 4;

    private static final Duration LATE_LEAST = Duration.ofMillis(300);
    private static final Duration LATE_MOST = Duration.ofSeconds(2);

    private enum State {
        RUNNING,
        /** Every digest matched over the bytes of {@link #winner}. */
        VERIFIED,
        /** They are being stored, and what becomes of that is the end. */
        STORING,
        ENDED
    }

    private final SignedFile file;
    private final FileSources sources;
    private final FetchWorkers workers;
    private final InstantSource clock;
    private final GateOptions options;
    private final Consumer<Optional<Outcome<FileAnswer>>> ended;

    private State state = State.RUNNING;
    private final Waiters waiters = new Waiters();
    private final Attempts attempts;
    private final Suspects suspects;

    private @Nullable Candidates candidates;
    private @Nullable Attempt winner;
    private int lanes;
    /** Early answers that have not begun with any attempt. */
    private int unbegun;
    /** The verified bytes with the writer's reference, while early answers may still begin with them. */
    private @Nullable StagedBlob kept;

    private volatile Instant lastAsked;
    private volatile boolean toTheEnd;

    /**
     * Not yet running.
     *
     * @param ended told once, before anybody who waits is woken; with the failure, if it is one
     */
    VerifiedDownload(
            SignedFile file,
            FileSources sources,
            FetchWorkers workers,
            InstantSource clock,
            GateOptions options,
            Consumer<Optional<Outcome<FileAnswer>>> ended) {
        this.file = file;
        this.sources = sources;
        this.workers = workers;
        this.clock = clock;
        this.options = options;
        this.ended = ended;
        this.lastAsked = clock.instant();
        this.attempts = new Attempts(options.tailBytes());
        this.suspects = new Suspects(file, sources);
    }

    /** Runs to the end of its own lane; when that was the last one, the file is stored, or the failure says why not. */
    @Override
    public void run() {
        guarded(() -> {
            if (sources.holds(file)) {
                end(Optional.empty());
                return;
            }
            Candidates all = new Candidates(sources, file);
            synchronized (this) {
                candidates = all;
                lanes = 1;
            }
            all.first().ifPresent(mirror -> {
                Duration late = mirror.expected(0).multipliedBy(LATE_TIMES);
                Duration within = Collections.min(List.of(LATE_MOST, Collections.max(List.of(LATE_LEAST, late))));
                workers.deadlines().at(clock.instant().plus(within), this::hedge);
            });
            new Lane(this, file, sources, all, workers).run();
        });
    }

    private void guarded(Runnable lane) {
        try {
            lane.run();
            laneEnded();
        } catch (StoreException e) {
            fail(e);
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    /** What is being stored ends with that, whatever another lane comes to. */
    private void fail(Throwable fault) {
        synchronized (this) {
            if (state == State.STORING) {
                return;
            }
        }
        end(Optional.of(local(fault)));
    }

    /** The first byte is late: a second lane asks the next mirror, if there is one and a worker for it. */
    private void hedge() {
        Candidates all;
        synchronized (this) {
            all = candidates;
            boolean late = state == State.RUNNING && lanes == 1 && attempts.areFruitless();
            if (all == null || !late || all.isEmpty()) {
                return;
            }
            lanes++;
        }
        if (!workers.transferAtOnce(() -> guarded(new Lane(this, file, sources, all, workers)))) {
            laneEnded();
        }
    }

    /** Ends what no worker will run: whoever waits already is told at once. */
    void reject(Outcome<FileAnswer> why) {
        end(Optional.of(why));
    }

    /** Somebody wants the file now. */
    void asked() {
        lastAsked = clock.instant();
    }

    /** Goes on to the end, whoever leaves. */
    void finish() {
        toTheEnd = true;
    }

    /**
     * Whether anybody wants more from this attempt, or from any, when it is null. Who waits asks again when the patience ends; who left
     * or was cut off may come back.
     */
    synchronized boolean isWanted(@Nullable Attempt attempt) {
        if (state != State.RUNNING) {
            return attempt != null && attempt.readers > 0;
        }
        boolean read = toTheEnd || unbegun > 0 || attempts.anyRead();
        return read
                || clock.instant().isBefore(lastAsked.plus(options.patience()).plus(options.linger()));
    }

    /** What went wrong so far, where something has and no byte has come. */
    synchronized Optional<String> fruitless() {
        boolean none = state == State.RUNNING && attempts.areFruitless();
        return Optional.ofNullable(candidates)
                .filter(all -> none)
                .map(Candidates::troubles)
                .filter(troubles -> !troubles.isEmpty());
    }

    void begin(Attempt attempt) {
        synchronized (this) {
            attempts.add(attempt);
        }
        wake(attempt.streams());
    }

    /** Whether nothing of it will be stored, so that it has to go out as it comes in. */
    synchronized boolean streams() {
        return state != State.ENDED && attempts.anyStreams();
    }

    /** Every digest of the file matched over exactly the attempt's bytes: they are handed over from now on, and stored. */
    void verified(Attempt attempt) {
        boolean first;
        List<Attempt> losers;
        synchronized (this) {
            attempt.verified = true;
            first = state == State.RUNNING;
            if (first) {
                state = State.VERIFIED;
                winner = attempt;
            }
            losers = attempts.unread();
        }
        losers.forEach(Attempt::cut);
        if (!first) {
            letGo(attempt);
            return;
        }
        wake(true);
        suspects.compare(attempt);
        synchronized (this) {
            state = State.STORING;
        }
        sources.commit(file, attempt.staged(), failure -> {
            end(failure.map(VerifiedDownload::local));
            letGo(attempt);
        });
    }

    /** The writer's reference to verified bytes goes, unless an early answer may still begin with them. */
    private void letGo(Attempt attempt) {
        progressed();
        synchronized (this) {
            if (kept == null && unbegun > 0) {
                kept = attempt.staged();
                return;
            }
            attempt.closed = true;
        }
        attempt.staged().release();
    }

    Suspects suspects() {
        return suspects;
    }

    /** The verified bytes, which may not be stored yet; the caller closes them. */
    synchronized Optional<Blob> verified() {
        return Optional.ofNullable(winner)
                .filter(each -> !each.closed && !each.streams())
                .map(each -> new StagedBytes(each.staged(), file.digests()));
    }

    /** The attempt's bytes are given up. */
    void dropped(Attempt attempt) {
        synchronized (this) {
            attempts.remove(attempt);
            attempt.closed = true;
        }
        attempt.stop();
        attempt.staged().discard();
        progressed();
        attempt.staged().release();
    }

    private void laneEnded() {
        Candidates all;
        synchronized (this) {
            lanes--;
            all = candidates;
            if (lanes > 0 || state != State.RUNNING || all == null) {
                return;
            }
        }
        boolean wanted = isWanted(null);
        end(Optional.of(wanted ? all.failure() : unavailable("nobody waited for it any more")));
    }

    private void end(Optional<Outcome<FileAnswer>> failure) {
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
        }
        ended.accept(failure);
        synchronized (this) {
            state = State.ENDED;
        }
        suspects.end();
        wake(true);
    }

    void progressed() {
        wake(false);
    }

    private void wake(boolean all) {
        Runnable wake;
        synchronized (this) {
            wake = waiters.take(all);
        }
        wake.run();
    }

    /** Runs {@code wake} once when the file is verified or can't be had; at once when that is so. */
    void onEnd(Runnable wake) {
        subscribe(wake, false, false);
    }

    /** Runs {@code wake} once when bytes have begun to come in, or at the end. */
    void onFlowing(Runnable wake) {
        subscribe(wake, true, flowing().isPresent());
    }

    /** Runs {@code wake} once when an answer that began with this attempt has more to give, or must be cut. */
    void onReadable(Attempt attempt, long position, long length, Runnable wake) {
        synchronized (this) {
            if (attempts.contains(attempt) && position >= attempts.handable(attempt, length)) {
                waiters.add(wake, true);
                return;
            }
        }
        wake.run();
    }

    private void subscribe(Runnable wake, boolean progress, boolean already) {
        synchronized (this) {
            if (state == State.RUNNING && !already) {
                waiters.add(wake, progress);
                return;
            }
        }
        wake.run();
    }

    private synchronized Optional<Attempt> flowing() {
        return state == State.RUNNING ? attempts.flowing(unbegun == 0) : Optional.empty();
    }

    /** An answer that begins before verification, once bytes are there and their length is known; the caller closes it. */
    synchronized Optional<EarlyFile> early() {
        Optional<Attempt> flowing = flowing();
        flowing.ifPresent(each -> unbegun++);
        return flowing.map(each -> new EarlyFile(this, each.length().orElseThrow()));
    }

    /**
     * The attempt that an early answer of {@code length} begins with, its bytes retained for it, as soon as one of them may be
     * handed over; null until then.
     *
     * @param wake run once when it is worth another try, if there is nothing yet; null for not at all
     */
    synchronized @Nullable Attempt begin(long length, @Nullable Runnable wake) throws CutException {
        Optional<Attempt> ready = attempts.ready(length);
        if (ready.isPresent()) {
            Attempt begun = ready.get();
            begun.staged().retain();
            begun.readers++;
            leave();
            return begun;
        }
        if (attempts.isEmpty() && state != State.RUNNING) {
            throw new CutException(file.filename() + ": no mirror delivered what is signed");
        }
        if (attempts.allDiffer(length)) {
            throw new CutException(file.filename() + ": the next mirror's length differs");
        }
        if (wake != null) {
            waiters.add(wake, true);
        }
        return null;
    }

    /** An early answer has begun, or is closed and never began. */
    void leave() {
        StagedBlob last;
        synchronized (this) {
            unbegun--;
            last = unbegun == 0 ? kept : null;
            kept = last == null ? kept : null;
        }
        if (last != null) {
            last.release();
        }
    }

    /** An early answer that began with this attempt is closed. */
    void leave(Attempt attempt) {
        lastAsked = clock.instant();
        synchronized (this) {
            attempt.readers--;
        }
        attempt.staged().release();
    }

    /** How far an answer that began with this attempt may read now. */
    synchronized long readable(Attempt attempt, long length) throws CutException {
        if (!attempts.contains(attempt)) {
            throw new CutException(file.filename() + ": the bytes that it began with did not verify");
        }
        return attempts.handable(attempt, length);
    }

    private static Outcome<FileAnswer> local(Throwable fault) {
        return unavailable(
                fault instanceof StoreException ? "local store: " + fault.getMessage() : "local fault: " + fault);
    }

    private static Outcome<FileAnswer> unavailable(String detail) {
        return Outcome.unavailable(Outcome.Reason.LOCAL, detail, RETRY);
    }
}
