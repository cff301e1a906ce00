package dev.assay.server;

import dev.assay.store.FileParts;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a body that is not in memory from where it lies to the socket. Whoever holds the state RUNNING owns the body: a worker,
 * which reads until the client's window is full or the body has nothing yet, and then gives the ownership up and leaves. The
 * socket's or the body's wake-up takes it again for another worker. So the body is read by one thread at a time, no thread waits
 * for a client, and whoever finds the exchange gone while owning the body closes it, once.
 */
final class BodyPump {
    private static final Logger LOG = LoggerFactory.getLogger(BodyPump.class);
    /** Chunks that one client gets before the next task in the queue has its turn. */
    private static final int BURST = 16;

    private enum State {
        RUNNING,
        /** The window is full: {@link #taken} goes on. */
        FULL,
        /** The owner is asking the body for a wake-up. */
        SUBSCRIBING,
        /** The wake-up came while it was asked for: the owner goes on. */
        WOKEN,
        /** The body has nothing yet: {@link #wake} goes on. */
        EMPTY,
        /** The body is closed, or being closed. */
        DONE
    }

    private final Serving serving;
    private final Exchange exchange;
    private final Response response;
    private final Body body;
    private final long length;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile @Nullable Thread subscriber;
    // The owner's: handed on with the state.
    private long position;
    private boolean begun;
    private boolean promised;

    BodyPump(Serving serving, Exchange exchange, Response response, long length) {
        this.serving = serving;
        this.exchange = exchange;
        this.response = response;
        this.body = response.body();
        this.length = length;
    }

    /** Begins on a worker, called from elsewhere. */
    void start() {
        resume();
    }

    /** Reads as the owner, on a worker. */
    void run() {
        try {
            pump();
        } catch (BodyCutException e) {
            LOG.debug("response cut id={} position={} why={}", exchange.id(), position, e.getMessage());
            fail(exchange::askAgain);
        } catch (RuntimeException | Error e) {
            LOG.warn("response cut id={} position={}", exchange.id(), position, e);
            fail(() -> exchange.respond(Refusal.FAILED.response()));
        }
    }

    /** What was begun is cut; where nothing was sent yet, there is still another answer. */
    private void fail(Runnable otherAnswer) {
        finish();
        if (begun) {
            exchange.cut();
        } else {
            otherAnswer.run();
        }
    }

    /** Goes on when the window was full and half of it is free again. */
    void taken(int bytes) {
        serving.memory().give(bytes);
        if (hasRoom(inFlight.addAndGet(-bytes)) && state.compareAndSet(State.FULL, State.RUNNING)) {
            resume();
        }
    }

    /** The exchange is gone. A resting body is closed, by a worker; the owner of another finds out by itself. */
    void abandon() {
        if (state.compareAndSet(State.FULL, State.RUNNING) || state.compareAndSet(State.EMPTY, State.RUNNING)) {
            resume();
        }
    }

    private void pump() throws BodyCutException {
        for (int i = 0; i < BURST; i++) {
            if (exchange.gone()) {
                finish();
                return;
            }
            boolean resting = inFlight.get() >= serving.memory().window() ? restsFull() : movesAndRests();
            if (resting) {
                return;
            }
        }
        resume();
    }

    /** One piece from body to socket, or all the rest at once; true when the ownership was given up. */
    private boolean movesAndRests() throws BodyCutException {
        Optional<FileParts> file = exchange.sendsFiles() && position < length ? body.file(position) : Optional.empty();
        if (file.isEmpty()) {
            return readsAndRests();
        }
        begin(false);
        position = length;
        finish();
        exchange.send(file.get());
        return true;
    }

    private boolean readsAndRests() throws BodyCutException {
        int most = Math.min(exchange.pieceBytes(), serving.memory().window());
        int size = (int) Math.min(length - position, most);
        ByteBuf chunk = exchange.allocate(size);
        int count;
        try {
            count = fill(chunk);
        } catch (BodyCutException | RuntimeException | Error e) {
            chunk.release();
            throw e;
        }
        begin(count == 0);
        if (count == 0) {
            chunk.release();
            return restsEmpty();
        }
        promised = false;
        position += count;
        return send(chunk, size) || (count < size && restsEmpty());
    }

    /** Hands a piece to the socket, with what it counts for in the window; true when it is the last. */
    private boolean send(ByteBuf piece, int held) {
        boolean last = position == length;
        if (last) {
            finish();
        }
        inFlight.addAndGet(held);
        serving.memory().take(held);
        exchange.send(piece, held, last);
        return last;
    }

    private int fill(ByteBuf chunk) throws BodyCutException {
        ByteBuffer into = chunk.nioBuffer(0, chunk.capacity());
        int before;
        do {
            before = into.position();
            int count = body.read(position + before, into);
            if (count != into.position() - before) {
                throw new IllegalStateException("read: " + count + " (expected: the bytes put into the buffer)");
            }
        } while (into.hasRemaining() && into.position() > before);
        chunk.writerIndex(into.position());
        return into.position();
    }

    private void begin(boolean flush) {
        if (!begun) {
            begun = true;
            exchange.begin(response, length, flush);
        }
    }

    /** Gives the ownership up until the client took some; true unless it did, or left, meanwhile. */
    private boolean restsFull() {
        state.set(State.FULL);
        return !((hasRoom(inFlight.get()) || exchange.gone()) && state.compareAndSet(State.FULL, State.RUNNING));
    }

    /** Gives the ownership up until the body has more; true unless it has, or the client left, meanwhile. */
    private boolean restsEmpty() {
        if (promised) {
            throw new IllegalStateException("the body ended at " + position + " (expected: " + length + " bytes)");
        }
        state.set(State.SUBSCRIBING);
        subscriber = Thread.currentThread();
        try {
            body.onReadable(position, this::wake);
        } catch (RuntimeException | Error e) {
            state.set(State.RUNNING);
            throw e;
        } finally {
            subscriber = null;
        }
        if (state.compareAndSet(State.SUBSCRIBING, State.EMPTY)) {
            return !(exchange.gone() && state.compareAndSet(State.EMPTY, State.RUNNING));
        }
        state.set(State.RUNNING);
        return false;
    }

    private void wake() {
        if (subscriber == Thread.currentThread()) {
            // At once, from within onReadable: there are bytes now. A read that then has none is a body shorter than it
            // said.
            promised = true;
        }
        if (!state.compareAndSet(State.SUBSCRIBING, State.WOKEN) && state.compareAndSet(State.EMPTY, State.RUNNING)) {
            resume();
        }
    }

    private boolean hasRoom(int bytesInFlight) {
        return bytesInFlight <= serving.memory().window() / 2;
    }

    /** Another worker becomes the owner; without workers, in a server that is closed, the body ends here. */
    private void resume() {
        if (!serving.workers().resume(this::run)) {
            finish();
            exchange.cut();
        }
    }

    private void finish() {
        if (state.getAndSet(State.DONE) != State.DONE) {
            Exchange.close(body);
        }
    }
}
