package dev.assay.gate;

import dev.assay.store.StagedBlob;
import dev.assay.store.StoreException;
import dev.assay.upstream.Download;
import dev.assay.upstream.MirrorClient;
import dev.assay.upstream.Provenance;
import dev.assay.upstream.UpstreamException;
import dev.assay.upstream.UpstreamException.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The far part of a large file from a second mirror, fetched while a first is still at work on what comes before: kept on the disk, and
 * to be read once the first has come so far, as if it came only then. So the bytes are hashed, staged and handed over in their order, and
 * nothing else needs to know.
 *
 * <p>Run by a worker of its own; read and closed by the lane.
 */
final class Ahead implements Download, Runnable {
    private static final int BUFFER = 128 << 10;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** Asks the second mirror. */
    interface Opener {
        Download open(long from) throws UpstreamException;
    }

    private final MirrorClient mirror;
    private final Opener opener;
    private final long from;
    private final long length;
    private final StagedBlob kept;
    // Guarded by this.
    private @Nullable Download body;
    private @Nullable UpstreamException failure;
    private long taken;
    private boolean ended;
    private boolean closed;

    /**
     * Not yet running.
     *
     * @param whole length of the file
     * @param share bytes of its end that are fetched
     * @param kept empty, with room for them; this releases it
     */
    Ahead(MirrorClient mirror, Opener opener, long whole, long share, StagedBlob kept) {
        this.mirror = mirror;
        this.opener = opener;
        this.from = whole - share;
        this.length = share;
        this.kept = kept;
        kept.retain(); // the worker's reference, beside the lane's
    }

    MirrorClient mirror() {
        return mirror;
    }

    @Override
    public void run() {
        try (Download opened = opener.open(from)) {
            if (opened.offset() != from || opened.contentLength().orElse(-1) != length) {
                throw new UpstreamException(
                        Kind.PROTOCOL, "another part than asked for (expected: the last " + length + " bytes)");
            }
            if (begins(opened)) {
                receive(opened);
            }
            end(null);
        } catch (UpstreamException e) {
            end(e);
        } catch (StoreException e) {
            end(new UpstreamException(Kind.CUT, "no room for what comes ahead: " + e.getMessage(), e));
        } finally {
            kept.release();
        }
    }

    private synchronized boolean begins(Download opened) {
        body = opened;
        return !closed;
    }

    private void receive(Download opened) throws UpstreamException {
        byte[] buffer = new byte[BUFFER];
        for (int n = opened.read(buffer, 0, BUFFER); n >= 0; n = opened.read(buffer, 0, BUFFER)) {
            kept.append(buffer, 0, n);
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private synchronized void end(@Nullable UpstreamException why) {
        ended = true;
        failure = why;
        notifyAll();
    }

    /** No worker will run it. */
    void notRun() {
        kept.release();
    }

    /** Whether anything is here. */
    boolean hasBegun() {
        return kept.size() > 0;
    }

    /** Why it ended before its end; null when it did not. */
    synchronized @Nullable UpstreamException failure() {
        return failure;
    }

    @Override
    public long offset() {
        return from;
    }

    @Override
    public OptionalLong contentLength() {
        return OptionalLong.of(length);
    }

    @Override
    public synchronized Provenance provenance() {
        return body == null ? new Provenance("", List.of(), List.of()) : body.provenance();
    }

    /** What is here already, or waits for more of it. */
    @Override
    public int read(byte[] into, int offset, int wanted) throws UpstreamException {
        long ready = awaitMore();
        if (ready == 0) {
            return -1;
        }
        ByteBuffer target = ByteBuffer.wrap(into, offset, (int) Math.min(wanted, ready));
        int count = kept.read(taken, target);
        taken += count;
        return count;
    }

    /** How much more is here; 0 at the end. */
    private synchronized long awaitMore() throws UpstreamException {
        long deadline = System.nanoTime() + LONGEST_PAUSE.toNanos();
        while (kept.size() == taken && !ended && !closed) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new UpstreamException(Kind.TOO_SLOW, "nothing came for " + LONGEST_PAUSE);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UpstreamException(Kind.CUT, "interrupted", e);
            }
        }
        if (closed) {
            throw new UpstreamException(Kind.CUT, "closed on our side");
        }
        if (kept.size() == taken && failure != null) {
            throw failure;
        }
        return kept.size() - taken;
    }

    @Override
    public void close() {
        Download running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = body;
            notifyAll();
        }
        if (running != null) {
            running.close();
        }
        kept.release();
    }
}
