package dev.assay.gate;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.assay.store.StoreException;
import dev.assay.store.StoreException.Kind;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from a transfer to the stage, in a ring: while the fetching worker waits for more, a staging worker hashes and
 * stages what is here, in order, so that the two take no longer than the slower of them; a ringful in each of its turns, so that few
 * workers do for many transfers. A full ring makes the fetching worker wait, though not for ever: a {@link StoreException} of kind IO
 * says so.
 *
 * <p>Concurrency: the fetching worker alone adds bytes, one staging worker at a time takes them; positions, {@code working} and
 * {@code failure} are guarded by this object's monitor, under which nothing is copied, hashed or staged.
 */
final class Intake {
    private static final int LARGEST_RING = 256 << 10;
    private static final int SMALLEST_RING = 16 << 10;
    /** So many bytes, or a full ring, are worth waking a worker for, and are taken at once. */
    private static final int PORTION = 64 << 10;
    /** When the last bytes came so long ago, fewer are: the mirror is slower than any worker. */
    private static final long SLOW_NANOS = 1_000_000;

    /** Hashes and stages. */
    interface Sink {
        void append(byte[] bytes, int offset, int length);
    }

    private final Executor workers;
    private final Duration patience;
    private final Sink sink;
    private final int size;
    private byte[] ring;
    private long addedNanos = System.nanoTime();
    private long added;
    private long taken;
    private boolean working;
    private boolean stopped;
    private @Nullable Throwable failure;

    /**
     * Nothing has come yet.
     *
     * @param expected so many bytes will come, as far as anybody knows
     * @param patience how long the sink may take with what is here
     */
    Intake(long expected, Executor workers, Duration patience, Sink sink) {
        this.size = (int) Math.max(SMALLEST_RING, Math.min(LARGEST_RING, expected));
        this.ring = new byte[size];
        this.workers = workers;
        this.patience = patience;
        this.sink = sink;
    }

    /** Where more bytes are put, at {@link #position}, as many as there is {@link #awaitRoom room} for; {@link #added} then tells how many. */
    byte[] ring() {
        return ring;
    }

    int position() {
        return (int) (added % size);
    }

    /** Bytes that may be put there, at least one; throws what the sink threw at earlier ones. */
    int awaitRoom() {
        int room;
        synchronized (this) {
            await(() -> added - taken < size || failure != null);
            room = (int) (size - (added - taken));
        }
        rethrow();
        return Math.min(room, size - position());
    }

    void added(int count) {
        if (isWorthwhile(count)) {
            send();
        }
    }

    /** Returns when the sink has everything; throws what it threw. Nothing is added any more. */
    void settle() {
        if (begins()) {
            send();
        }
        synchronized (this) {
            await(() -> !working);
        }
        rethrow();
        // Whoever holds this now waits for the disk, or for a client: the ring would grow old with it.
        ring = new byte[0];
    }

    /** Returns when the sink gets nothing any more; throws when it does not let go of what it has. */
    synchronized void stop() {
        stopped = true;
        await(() -> !working);
    }

    private synchronized boolean isWorthwhile(int count) {
        long now = System.nanoTime();
        boolean slow = now - addedNanos >= SLOW_NANOS;
        addedNanos = now;
        added += count;
        return (slow || added - taken >= Math.min(PORTION, size)) && begins();
    }

    /** Whether a worker has to be sent for, which then counts as working. */
    private synchronized boolean begins() {
        boolean begins = !working && !stopped && failure == null && taken < added;
        working |= begins;
        return begins;
    }

    private void send() {
        try {
            workers.execute(this::drain);
        } catch (RejectedExecutionException e) {
            fail(e);
        }
    }

    /** One turn. */
    private void drain() {
        try {
            int count = next(0);
            for (int done = 0; count > 0 && done < size; count = next(count)) {
                sink.append(ring, (int) (taken % size), count);
                done += count;
            }
            if (count > 0) {
                send();
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Gives the room of {@code done} bytes back; returns how many to take next, 0 when no worker is needed any more. */
    private synchronized int next(int done) {
        taken += done;
        int toEnd = size - (int) (taken % size);
        int count = stopped ? 0 : (int) Math.min(added - taken, Math.min(PORTION, toEnd));
        working = count > 0;
        notifyAll();
        return count;
    }

    private synchronized void fail(Throwable thrown) {
        failure = thrown;
        working = false;
        notifyAll();
    }

    private synchronized void rethrow() {
        if (failure instanceof RuntimeException fault) {
            throw fault;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    private synchronized void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new StoreException(Kind.IO, "what comes in was not hashed and staged within " + patience);
            }
            try {
                NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
