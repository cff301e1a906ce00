package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.upstream.Download;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.UpstreamException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One transfer of one signed file, shared by all who wait for it: mirror after mirror → staged while hashed → committed when every
 * digest matches. Runs on a fetching worker.
 *
 * <p>Concurrency: the worker alone writes; {@link #current}, {@link #state} and the waiters are guarded by this object's monitor,
 * under which nothing blocks. Each attempt has a staged blob of its own, so that a response which began with one can be told
 * when it was replaced by another, and is cut. An early answer begins with an attempt when the first byte of it may be handed
 * over; verified bytes stay readable until the last early answer has begun or left.
 */
final class VerifiedDownload implements Runnable {
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final int BUFFER = 128 << 10;

    private enum State {
        RUNNING,
        VERIFIED,
        FAILED
    }

    /** The bytes served do not match what is signed. */
    private static final class WrongBytesException extends Exception {
        private static final long serialVersionUID = 1L;

        WrongBytesException(String found) {
            super(found);
        }
    }

    /** The bytes as they come in from one mirror; {@code length} is signed, or claimed by the mirror, or unknown. */
    private record Attempt(StagedBlob staged, OptionalLong length) {}

    private record Waiter(Runnable wake, boolean progress) {}

    private final SignedFile file;
    private final FileSources sources;
    private final long tailBytes;
    private final Consumer<Optional<Outcome<FileAnswer>>> ended;

    private State state = State.RUNNING;
    private @Nullable Attempt current;
    private List<Waiter> waiters = new ArrayList<>();
    /** Early answers that have not begun with any attempt. */
    private int unbegun;
    /** The verified bytes with the writer's reference, while early answers may still begin with them. */
    private @Nullable StagedBlob kept;

    /**
     * Not yet running.
     *
     * @param ended told once, before anybody who waits is woken; with the failure, if it is one
     */
    VerifiedDownload(
            SignedFile file, FileSources sources, long tailBytes, Consumer<Optional<Outcome<FileAnswer>>> ended) {
        this.file = file;
        this.sources = sources;
        this.tailBytes = tailBytes;
        this.ended = ended;
    }

    /** Runs to the end: afterwards the file is stored, or the failure says why not. */
    @Override
    public void run() {
        try {
            if (sources.holds(file)) {
                verified();
            } else {
                tryEachMirror();
            }
        } catch (StoreException e) {
            failed(unavailable(Outcome.Reason.LOCAL, "local store: " + e.getMessage()));
        } catch (RuntimeException | Error e) {
            failed(unavailable(Outcome.Reason.LOCAL, "local fault: " + e));
            throw e;
        }
    }

    /** Ends what no worker will run: whoever waits already is told at once. */
    void reject(Outcome<FileAnswer> why) {
        failed(why);
    }

    private void tryEachMirror() {
        List<String> troubles = new ArrayList<>();
        boolean wrong = false;
        boolean slow = true;
        for (MirrorClient mirror : file.mirrors()) {
            Optional<String> verdict = sources.verdict(mirror, file);
            if (verdict.isPresent()) {
                wrong = true;
                troubles.add(mirror.name() + ": " + verdict.get());
                continue;
            }
            try {
                transfer(mirror);
                return;
            } catch (WrongBytesException e) {
                wrong = true;
                sources.convict(mirror, file, String.valueOf(e.getMessage()));
                troubles.add(mirror.name() + ": " + e.getMessage());
            } catch (UpstreamException e) {
                slow &= e.kind() == UpstreamException.Kind.TOO_SLOW;
                troubles.add(mirror.name() + ": " + e.getMessage());
            }
        }
        String detail = file.filename() + ": " + String.join("; ", troubles);
        Outcome.Reason trouble = slow ? Outcome.Reason.TIMEOUT : Outcome.Reason.UPSTREAM;
        failed(wrong ? refused(detail) : unavailable(trouble, detail));
    }

    /** Returns when the file is verified and stored; on any exception nothing of this attempt is left. */
    private void transfer(MirrorClient mirror) throws UpstreamException, WrongBytesException {
        long limit = file.length().orElse(file.maxBytes());
        long received = 0;
        String result = "wrong";
        try (Download download = sources.open(mirror, file)) {
            OptionalLong claimed = download.contentLength();
            if (file.length().isPresent() && claimed.isPresent() && claimed.getAsLong() != limit) {
                throw new WrongBytesException(claimed.getAsLong() + " bytes (signed: " + limit + ")");
            }
            OptionalLong length = file.length().isPresent() ? file.length() : claimed;
            StagedBlob staged = sources.stage(length);
            boolean verified = false;
            try {
                begin(new Attempt(staged, length));
                receive(download, staged, limit);
                sources.commit(file, staged);
                verified = true;
                result = "verified";
            } finally {
                received = staged.size();
                finish(staged, verified);
            }
        } catch (UpstreamException e) {
            result = e.kind().name();
            throw e;
        } finally {
            sources.transferred(mirror, result, received);
        }
    }

    private void receive(Download download, StagedBlob staged, long limit)
            throws UpstreamException, WrongBytesException {
        Hasher hasher =
                new Hasher(file.digests().stream().map(Digest::algorithm).toList());
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int n = download.read(buffer, 0, BUFFER); n >= 0; n = download.read(buffer, 0, BUFFER)) {
            total += n;
            if (total > limit) {
                throw new WrongBytesException("more than " + limit + " bytes");
            }
            hasher.update(buffer, 0, n);
            staged.append(buffer, 0, n);
            progressed();
        }
        if (file.length().isPresent() && total != limit) {
            throw new WrongBytesException(total + " bytes (signed: " + limit + ")");
        }
        List<Digest> found = hasher.finish();
        if (!found.equals(file.digests())) {
            throw new WrongBytesException(found.get(0) + " (signed: " + file.key() + ")");
        }
    }

    private void begin(Attempt attempt) {
        synchronized (this) {
            current = attempt;
        }
        progressed();
    }

    private void finish(StagedBlob staged, boolean verified) {
        if (verified) {
            verified();
            synchronized (this) {
                if (unbegun > 0) {
                    kept = staged;
                    return;
                }
            }
        } else {
            synchronized (this) {
                current = null;
            }
            staged.discard();
            progressed();
        }
        staged.release();
    }

    private void verified() {
        end(State.VERIFIED, Optional.empty());
    }

    private void failed(Outcome<FileAnswer> failure) {
        end(State.FAILED, Optional.of(failure));
    }

    private void end(State how, Optional<Outcome<FileAnswer>> failure) {
        synchronized (this) {
            if (state != State.RUNNING) {
                return;
            }
        }
        ended.accept(failure);
        List<Waiter> woken;
        synchronized (this) {
            state = how;
            woken = waiters;
            waiters = new ArrayList<>();
        }
        woken.forEach(waiter -> waiter.wake().run());
    }

    private void progressed() {
        List<Waiter> woken = new ArrayList<>();
        synchronized (this) {
            waiters.removeIf(waiter -> waiter.progress() && woken.add(waiter));
        }
        woken.forEach(waiter -> waiter.wake().run());
    }

    /** Runs {@code wake} once at the end; at once when it has ended. */
    void onEnd(Runnable wake) {
        subscribe(wake, false, false);
    }

    /** Runs {@code wake} once when bytes have begun to come in, or at the end. */
    void onFlowing(Runnable wake) {
        subscribe(wake, true, flows());
    }

    /** Runs {@code wake} once when an answer that began with {@code staged} has more to give, or must be cut. */
    void onReadable(StagedBlob staged, long position, long length, Runnable wake) {
        synchronized (this) {
            Attempt attempt = current;
            boolean lost = attempt == null || attempt.staged() != staged;
            if (!lost && position >= handable(staged, length)) {
                waiters.add(new Waiter(wake, true));
                return;
            }
        }
        wake.run();
    }

    private void subscribe(Runnable wake, boolean progress, boolean already) {
        synchronized (this) {
            if (state == State.RUNNING && !already) {
                waiters.add(new Waiter(wake, progress));
                return;
            }
        }
        wake.run();
    }

    private synchronized boolean flows() {
        Attempt attempt = current;
        return state == State.RUNNING
                && attempt != null
                && attempt.length().isPresent()
                && attempt.staged().size() > 0;
    }

    /** An answer that begins before verification, once bytes are there and their length is known; the caller closes it. */
    synchronized Optional<EarlyFile> early() {
        if (current == null || !flows()) {
            return Optional.empty();
        }
        unbegun++;
        return Optional.of(new EarlyFile(this, current.length().getAsLong()));
    }

    /**
     * The staged bytes that an early answer of {@code length} begins with, retained for it, as soon as one of them may be handed
     * over; null until then.
     *
     * @param wake run once when it is worth another try, if there is nothing yet; null for not at all
     */
    synchronized @Nullable StagedBlob begin(long length, @Nullable Runnable wake) throws CutException {
        Attempt attempt = current;
        if (attempt == null && state != State.RUNNING) {
            throw new CutException(file.filename() + ": no mirror delivered what is signed");
        }
        if (attempt != null && attempt.length().orElse(-1) != length) {
            throw new CutException(file.filename() + ": the next mirror's length differs");
        }
        if (attempt == null || handable(attempt.staged(), length) == 0) {
            if (wake != null) {
                waiters.add(new Waiter(wake, true));
            }
            return null;
        }
        attempt.staged().retain();
        leave();
        return attempt.staged();
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

    /** How far an answer that began with {@code staged} may read now. */
    synchronized long readable(StagedBlob staged, long length) throws CutException {
        Attempt attempt = current;
        if (attempt == null || attempt.staged() != staged) {
            throw new CutException(file.filename() + ": the bytes that it began with did not verify");
        }
        return handable(staged, length);
    }

    /** All of it once it is verified; before that, all but the tail. Under the monitor. */
    private long handable(StagedBlob staged, long length) {
        return state == State.VERIFIED ? length : Math.max(0, Math.min(staged.size(), length - tailBytes));
    }

    private static Outcome<FileAnswer> refused(String detail) {
        return Outcome.refused(Outcome.Reason.WRONG_BYTES, detail);
    }

    private static Outcome<FileAnswer> unavailable(Outcome.Reason trouble, String detail) {
        return Outcome.unavailable(trouble, detail, RETRY);
    }
}
