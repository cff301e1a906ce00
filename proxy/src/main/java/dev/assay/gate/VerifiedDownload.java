package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.upstream.Download;
import dev.assay.upstream.Mirror;
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
 * when it was replaced by another, and is cut.
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
        } catch (RuntimeException e) {
            failed(unavailable(Outcome.Reason.LOCAL, "local fault: " + e));
            throw e;
        }
    }

    private void tryEachMirror() {
        List<String> troubles = new ArrayList<>();
        boolean wrong = false;
        boolean slow = true;
        for (Mirror mirror : sources.mirrors()) {
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
    private void transfer(Mirror mirror) throws UpstreamException, WrongBytesException {
        long limit = file.length().orElse(file.maxBytes());
        long received = 0;
        String result = "wrong";
        try (Download download = sources.open(mirror, file)) {
            OptionalLong claimed = download.contentLength();
            if (file.length().isPresent() && claimed.isPresent() && claimed.getAsLong() != limit) {
                throw new WrongBytesException(claimed.getAsLong() + " bytes (signed: " + limit + ")");
            }
            StagedBlob staged = sources.stage(file.length().isPresent() ? file.length() : claimed);
            begin(new Attempt(staged, file.length().isPresent() ? file.length() : claimed));
            boolean verified = false;
            try {
                received = receive(download, staged, limit);
                sources.commit(file, staged);
                verified = true;
                result = "verified";
            } finally {
                finish(staged, verified);
            }
        } catch (UpstreamException e) {
            result = e.kind().name();
            throw e;
        } finally {
            sources.transferred(mirror, result, received);
        }
    }

    private long receive(Download download, StagedBlob staged, long limit)
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
        return total;
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
        subscribe(wake, true, flowing().isPresent());
    }

    void onReadable(@Nullable StagedBlob begunWith, long position, long length, Runnable wake) {
        synchronized (this) {
            Attempt attempt = current;
            boolean lost = begunWith != null && (attempt == null || attempt.staged() != begunWith);
            boolean nothingYet = state == State.RUNNING
                    && !lost
                    && (attempt == null || position >= Math.min(attempt.staged().size(), length - tailBytes));
            if (nothingYet) {
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

    /** The length of what is coming in, once bytes are there and the length is known. */
    synchronized OptionalLong flowing() {
        Attempt attempt = current;
        return attempt == null || attempt.staged().size() == 0 ? OptionalLong.empty() : attempt.length();
    }

    /** The staged bytes that a response of {@code length} can begin with, retained; null when there are none yet. */
    synchronized @Nullable StagedBlob retainStaged(long length) throws CutException {
        Attempt attempt = current;
        if (attempt == null) {
            if (state != State.RUNNING) {
                throw new CutException(file.filename() + ": no mirror delivered what is signed");
            }
            return null;
        }
        if (attempt.length().orElse(-1) != length) {
            throw new CutException(file.filename() + ": the next mirror's length differs");
        }
        attempt.staged().retain();
        return attempt.staged();
    }

    /** How far a response that began with {@code staged} may read now. */
    synchronized long readable(StagedBlob staged, long length) throws CutException {
        Attempt attempt = current;
        if (attempt == null || attempt.staged() != staged) {
            throw new CutException(file.filename() + ": the bytes that it began with did not verify");
        }
        return state == State.VERIFIED ? length : Math.max(0, Math.min(staged.size(), length - tailBytes));
    }

    private static Outcome<FileAnswer> refused(String detail) {
        return Outcome.refused(Outcome.Reason.WRONG_BYTES, detail);
    }

    private static Outcome<FileAnswer> unavailable(Outcome.Reason trouble, String detail) {
        return Outcome.unavailable(trouble, detail, RETRY);
    }
}
