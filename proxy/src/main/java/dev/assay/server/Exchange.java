package dev.assay.server;

import dev.assay.store.FileParts;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer. It begins on the event loop; a worker asks the handler, again after each time it was parked; the
 * answer is written on the event loop. {@code gone} is the one thing that both sides watch: the client has left, or the answer is
 * complete, and whatever comes then is dropped, its body closed.
 */
final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    /** A body up to this size goes with its head. */
    private static final int SMALL_BODY = 8 << 10;
    /** Pieces of a larger body, in memory or a file, that wait for the client at once, so that no more is encrypted than it takes. */
    private static final int PIECES = 4;

    private final Serving serving;
    private final Carrier carrier;
    private final Channel channel;
    private final Request request;
    private final long started = System.nanoTime();
    private volatile boolean gone;
    private volatile @Nullable BodyPump pump;
    private volatile boolean askedAgain;
    // The event loop's.
    private int status;
    private int writes;
    private boolean advancing;
    private @Nullable ByteBuffer share;
    private @Nullable FileRegions file;
    private long sent;
    private long sentOfWrite;

    Exchange(Serving serving, Carrier carrier, Request request) {
        this.serving = serving;
        this.carrier = carrier;
        this.channel = carrier.channel();
        this.request = request;
    }

    /** What comes after a write; whether it succeeded. */
    @FunctionalInterface
    private interface Then {
        void run(boolean success);
    }

    /** Answers from memory, or has a worker look for the answer. On the event loop. */
    void start() {
        ByteBuffer client = Network.ofOneClient(request.remote().getAddress());
        if (!serving.requests().take(client)) {
            respond(Refusal.MANY.response());
            return;
        }
        share = client;
        Optional<Response> hot;
        try {
            hot = serving.handler().answerInMemory(request);
        } catch (RuntimeException | Error e) {
            respond(failed(e));
            return;
        }
        if (hot.isPresent()) {
            respond(hot.get());
        } else if (!serving.workers().offer(this::serve)) {
            respond(Refusal.BUSY.response());
        }
    }

    /** Answers; the body is the server's from here on. On the event loop or a worker. */
    void respond(Response response) {
        Body body = response.body();
        if (gone) {
            close(body);
            return;
        }
        long length = length(body);
        if (length == 0 || request.method().equals("HEAD") || ResponseHead.isBodiless(response.status())) {
            close(body);
            onLoop(() -> sendWhole(response, length, BytesBody.EMPTY.view()));
        } else if (body instanceof BytesBody bytes) {
            onLoop(() -> sendWhole(response, length, bytes.view()));
        } else {
            BodyPump created = new BodyPump(serving, this, response, length);
            pump = created;
            if (loop().inEventLoop()) {
                created.start();
            } else {
                created.run();
            }
        }
    }

    String id() {
        return request.id();
    }

    boolean gone() {
        return gone;
    }

    ByteBuf allocate(int bytes) {
        return channel.alloc().directBuffer(bytes, bytes);
    }

    /** Writes the head of a pumped response. */
    void begin(Response response, long length, boolean flush) {
        onLoop(() -> {
            if (!gone) {
                writeHead(response, length);
                if (flush) {
                    channel.flush();
                }
            }
        });
    }

    /** Sends a piece of a pumped response, and then tells the pump that {@code held} bytes are free again. */
    void send(ByteBuf piece, int held, boolean last) {
        boolean taken = onLoop(() -> {
            if (gone) {
                piece.release();
                pumped(held, false, false);
            } else {
                write(piece, last, success -> pumped(held, last, success));
            }
        });
        if (!taken) {
            piece.release();
            pumped(held, false, false);
        }
    }

    /** Sends the rest of a pumped response as it lies in a file, which is closed then: the event loop alone goes on. */
    void send(FileParts rest) {
        boolean taken = onLoop(() -> {
            FileRegions regions = new FileRegions(rest);
            if (gone) {
                regions.letGo();
            } else {
                file = regions;
                sendPieces(regions);
            }
        });
        if (!taken) {
            rest.close();
        }
    }

    /** Whether a region of a file may be sent as it is. */
    boolean sendsFiles() {
        return carrier.sendsFiles();
    }

    /** The most bytes to {@link #send} as one. */
    int pieceBytes() {
        return carrier.pieceBytes();
    }

    /** Ends the response so that it can't be taken for complete. From any thread. */
    void cut() {
        onLoop(carrier::cut);
    }

    /** The client is gone, or has reset the stream. On the event loop. */
    void left() {
        if (!gone) {
            end(false);
        }
    }

    static void close(Body body) {
        try {
            body.close();
        } catch (RuntimeException e) {
            LOG.warn("a body failed to close", e);
        }
    }

    private static long length(Body body) {
        try {
            return body.length();
        } catch (RuntimeException e) {
            close(body);
            throw e;
        }
    }

    private void serve() {
        if (gone) {
            return;
        }
        try {
            Reply reply = serving.handler().handle(request);
            if (reply instanceof Parked parked) {
                park(parked);
            } else {
                respond((Response) reply);
            }
        } catch (RuntimeException | Error e) {
            respond(failed(e));
        }
    }

    private void park(Parked parked) {
        AtomicBoolean woken = new AtomicBoolean();
        parked.subscribe().accept(() -> {
            if (woken.compareAndSet(false, true) && !gone && !serving.workers().resume(this::serve)) {
                cut();
            }
        });
    }

    /** Asks the handler anew, once, for a body of which nothing was sent. The body's owner calls it. */
    void askAgain() {
        boolean first = !askedAgain;
        askedAgain = true;
        if (!first || !serving.workers().resume(this::serve)) {
            cut();
        }
    }

    private Response failed(Throwable failure) {
        LOG.warn("handler failed id={} method={} path={}", id(), request.method(), request.path(), failure);
        return Refusal.FAILED.response();
    }

    private void sendWhole(Response response, long length, ByteBuffer body) {
        if (gone) {
            return;
        }
        int count = body.remaining();
        if (count <= SMALL_BODY) {
            status = response.status();
            write(promise -> carrier.whole(response, length, body, id(), promise), count, this::complete);
        } else {
            writeHead(response, length);
            sendPieces(new BufferPieces(body, carrier.pieceBytes()));
        }
    }

    /** What was written may be gone before {@code write} returns: the loop here then goes on, no deeper. */
    private void sendPieces(Iterator<?> pieces) {
        if (advancing) {
            return;
        }
        advancing = true;
        while (pieces.hasNext() && writes < PIECES && !gone) {
            Object piece = pieces.next();
            boolean last = !pieces.hasNext();
            write(piece, last, last ? this::complete : success -> sendPieces(pieces));
        }
        advancing = false;
    }

    private void writeHead(Response response, long length) {
        status = response.status();
        carrier.head(response, length, id());
    }

    private void write(Object piece, boolean last, Then then) {
        int count = piece instanceof ByteBuf bytes ? bytes.readableBytes() : (int) ((FileRegion) piece).count();
        write(promise -> carrier.piece(piece, last, promise), count, then);
    }

    /** Writes and flushes; {@code then} runs when the socket has taken all of it, or nothing can be sent any more. */
    private void write(Consumer<ChannelPromise> message, int body, Then then) {
        ChannelProgressivePromise promise = channel.newProgressivePromise();
        promise.addListener(new ChannelProgressiveFutureListener() {
            @Override
            public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
                sentOfWrite = Math.min(progress, body);
                carrier.awaitsClient();
            }

            @Override
            public void operationComplete(ChannelProgressiveFuture future) {
                if (!future.isSuccess()) {
                    carrier.cut();
                }
                written(future.isSuccess(), body, then);
            }
        });
        writes++;
        message.accept(promise);
        if (!promise.isDone()) {
            carrier.awaitsClient();
        }
    }

    private void written(boolean success, int body, Then then) {
        writes--;
        sent += success ? body : sentOfWrite;
        sentOfWrite = 0;
        if (writes == 0) {
            carrier.awaitsHandler();
        } else {
            carrier.awaitsClient();
        }
        then.run(success);
    }

    private void pumped(int held, boolean last, boolean success) {
        BodyPump current = pump;
        if (current != null) {
            current.taken(held);
        }
        if (last) {
            complete(success);
        } else if (file != null) {
            // It waited for pieces that were read before it.
            sendPieces(file);
        }
    }

    private void complete(boolean success) {
        if (success && !gone) {
            end(true);
            carrier.finished();
        }
    }

    private void end(boolean completed) {
        gone = true;
        if (file != null) {
            file.letGo();
        }
        if (share != null) {
            serving.requests().give(share);
        }
        BodyPump current = pump;
        if (current != null) {
            current.abandon();
        }
        try {
            serving.listener()
                    .ended(new ExchangeListener.Ended(
                            id(),
                            request.remote(),
                            carrier.protocol(),
                            request.method(),
                            request.path(),
                            status,
                            sent + sentOfWrite,
                            Duration.ofNanos(System.nanoTime() - started),
                            completed));
        } catch (RuntimeException e) {
            LOG.warn("exchange listener failed id={}", id(), e);
        }
    }

    /** False when the server is closed: nothing can be sent any more. */
    private boolean onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
            return true;
        }
        try {
            loop().execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    private EventLoop loop() {
        return channel.eventLoop();
    }
}
