package dev.assay.gate;

import dev.assay.crypto.Digest;
import dev.assay.crypto.Hasher;
import dev.assay.store.StagedBlob;
import dev.assay.upstream.Download;
import dev.assay.upstream.UpstreamException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One try at the bytes of a file: staged and hashed as they come in, from one mirror, or from several that went on one after the
 * other where the one before had stopped. A byte that has come is never replaced. One lane adds bytes, and a staging worker hashes and
 * stages them ({@link Intake}); what readers share ({@code verified}, {@code readers}) is guarded by the monitor of the
 * {@link VerifiedDownload}.
 */
final class Attempt {
    /** So many first and last bytes are evidence. */
    static final int SAMPLE = 256;

    private final SignedFile file;
    private final StagedBlob staged;
    private final OptionalLong length;
    private final Hasher hasher;
    private final Intake intake;
    private final Runnable progressed;
    private final List<Source> sources = new ArrayList<>();
    private final byte[] first = new byte[SAMPLE];
    private final byte[] last = new byte[SAMPLE];
    private volatile long size;
    private volatile boolean goodStanding = true;
    private volatile @Nullable Download body;

    /** Whether every digest matched; guarded by the download. */
    boolean verified;

    /** Whether no further answer may begin with it: the writer has let go of the bytes; guarded by the download. */
    boolean closed;

    /** Answers that began with these bytes; guarded by the download. */
    int readers;

    /**
     * Nothing has come yet.
     *
     * @param length signed, or claimed by the first mirror, or unknown
     * @param patience how long these may take with what has come
     * @param stagers hash and stage what comes in
     * @param progressed run by them when more is staged
     */
    Attempt(
            SignedFile file,
            StagedBlob staged,
            OptionalLong length,
            Duration patience,
            Executor stagers,
            Runnable progressed) {
        this.file = file;
        this.staged = staged;
        this.length = length;
        this.hasher = new Hasher(file.digests().stream().map(Digest::algorithm).toList());
        this.intake =
                new Intake(length.orElse(Long.MAX_VALUE), streams() ? Runnable::run : stagers, patience, this::stage);
        this.progressed = progressed;
    }

    StagedBlob staged() {
        return staged;
    }

    OptionalLong length() {
        return length;
    }

    /** Bytes that have come; they are staged soon, in order. */
    long size() {
        return size;
    }

    /** Whether its bytes stay on the disk as long as somebody holds a reference. */
    boolean isOnDisk() {
        return !streams() && !(staged instanceof MemoryStage);
    }

    /** Whether it is not stored, but goes to one reader as it comes. */
    boolean streams() {
        return staged instanceof StreamStage;
    }

    /** Whether an answer may begin with it. */
    boolean isOpen() {
        return !closed && !(staged instanceof StreamStage stream && stream.hasReader());
    }

    /** Bytes still to come; 0 when nobody knows. */
    long missing() {
        return Math.max(0, length.orElse(size()) - size());
    }

    /** Everybody whose bytes are in it, in order. */
    List<Source> sources() {
        return sources;
    }

    /** Whether all who gave bytes are in good standing: only then may they flow before they are verified. */
    boolean mayFlow() {
        return goodStanding && length.isPresent();
    }

    /** From now on the bytes come from there; the lane closes it. */
    void goOnWith(Source source, boolean inGoodStanding) {
        sources.add(source);
        goodStanding &= inGoodStanding;
        body = source.body();
    }

    /** Ends the transfer from another thread: its lane finds out. */
    void cut() {
        Download current = body;
        if (current != null) {
            current.close();
        }
    }

    /**
     * Waits for bytes of this source and takes them.
     *
     * @param most so many at most
     * @return how many came, negative at the end
     */
    int receive(Download from, long most) throws UpstreamException, WrongBytesException {
        int at = intake.position();
        long before = size;
        int count = from.read(intake.ring(), at, (int) Math.min(most, intake.awaitRoom()));
        if (count > 0) {
            long limit = file.length().orElse(file.maxBytes());
            if (before + count > limit) {
                throw new WrongBytesException("more than " + limit + " bytes");
            }
            sample(intake.ring(), at, count);
            intake.added(count);
            size = before + count;
        }
        return count;
    }

    private void stage(byte[] bytes, int offset, int count) {
        hasher.update(bytes, offset, count);
        staged.append(bytes, offset, count);
        progressed.run();
    }

    /** Returns when nothing more is staged. */
    void stop() {
        intake.stop();
    }

    private void sample(byte[] bytes, int offset, int count) {
        if (size < SAMPLE) {
            System.arraycopy(bytes, offset, first, (int) size, (int) Math.min(count, SAMPLE - size));
        }
        int kept = Math.max(0, SAMPLE - count);
        System.arraycopy(last, SAMPLE - kept, last, 0, kept);
        System.arraycopy(bytes, offset + count - (SAMPLE - kept), last, kept, SAMPLE - kept);
    }

    /** Returns when length and every digest are the signed ones. Called once. */
    void verify() throws WrongBytesException {
        intake.settle();
        if (file.length().isPresent() && size() != file.length().getAsLong()) {
            throw new WrongBytesException(
                    size() + " bytes (signed: " + file.length().getAsLong() + ")");
        }
        List<Digest> found = hasher.finish();
        if (!found.equals(file.digests())) {
            throw new WrongBytesException(found.get(0) + " (signed: " + file.key() + ")");
        }
        staged.complete();
    }

    /** The first bytes, for evidence. */
    byte[] first() {
        return Arrays.copyOf(first, (int) Math.min(SAMPLE, size()));
    }

    /** The last bytes, for evidence. */
    byte[] last() {
        return Arrays.copyOfRange(last, (int) Math.max(0, SAMPLE - size()), SAMPLE);
    }
}
