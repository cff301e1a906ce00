package dev.assay.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
    /** A body up to this size is copied behind its head, so that both leave in one packet or system call. */
    private static final int SMALL_BODY = 8 << 10;

    private static final int ROOM_FOR_HEAD = 1 << 10;

    private final Serving serving;
    private final Connection connection;
    private final SocketChannel channel;
    private final Request request;
    private final boolean keepsAlive;
    private final long started = System.nanoTime();
    private volatile boolean gone;
    private volatile @Nullable BodyPump pump;
    // The event loop's.
    private boolean keep;
    private int status;
    private int writes;
    private long sent;
    private long sentOfWrite;

    Exchange(Serving serving, Connection connection, SocketChannel channel, Request request, boolean keepsAlive) {
        this.serving = serving;
        this.connection = connection;
        this.channel = channel;
        this.request = request;
        this.keepsAlive = keepsAlive;
    }

    /** Answers from memory, or has a worker look for the answer. On the event loop. */
    void start() {
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

    /** Sends a piece of a pumped response, so many bytes of it, and then tells the pump that {@code held} bytes are free again. */
    void send(ReferenceCounted piece, int bytes, int held, boolean last) {
        onLoop(() -> write(piece, bytes, () -> pumped(held, last)));
    }

    /** Closes the connection, so that the response can't be taken for complete. */
    void cut() {
        connection.close();
    }

    /** The connection is closed. On the event loop. */
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
            write(head(response, length, count).writeBytes(body), count, this::complete);
        } else {
            writeHead(response, length);
            write(Unpooled.wrappedBuffer(body), count, this::complete);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure is a failure of what is written behind it
    private void writeHead(Response response, long length) {
        channel.write(head(response, length, 0), channel.voidPromise());
    }

    private ByteBuf head(Response response, long length, int room) {
        status = response.status();
        keep = keepsAlive && !serving.connections().draining();
        String date = serving.date().cached(serving.clock().instant());
        ByteBuf head = channel.alloc().directBuffer(ROOM_FOR_HEAD + room);
        ResponseHead.write(head, response, length, id(), keep, date);
        return head;
    }

    /** Writes and flushes; {@code then} runs when the socket has taken all of it, or nothing can be sent any more. */
    @SuppressWarnings("FutureReturnValueIgnored") // it is the promise
    private void write(ReferenceCounted bytes, int body, Runnable then) {
        if (gone) {
            bytes.release();
            then.run();
            return;
        }
        ChannelProgressivePromise promise = channel.newProgressivePromise();
        promise.addListener(new ChannelProgressiveFutureListener() {
            @Override
            public void operationProgressed(ChannelProgressiveFuture future, long progress, long total) {
                sentOfWrite = Math.min(progress, body);
                connection.awaitsClient();
            }

            @Override
            public void operationComplete(ChannelProgressiveFuture future) {
                if (!future.isSuccess()) {
                    connection.close();
                }
                written(future.isSuccess() ? body : sentOfWrite, then);
            }
        });
        writes++;
        channel.writeAndFlush(bytes, promise);
        if (!promise.isDone()) {
            connection.awaitsClient();
        }
    }

    private void written(long body, Runnable then) {
        writes--;
        sent += body;
        sentOfWrite = 0;
        if (writes == 0) {
            connection.awaitsHandler();
        }
        then.run();
    }

    private void pumped(int held, boolean last) {
        BodyPump current = pump;
        if (current != null) {
            current.taken(held);
        }
        if (last) {
            complete();
        }
    }

    private void complete() {
        if (!gone && channel.isActive()) {
            end(true);
            connection.finished(keep);
        }
    }

    private void end(boolean completed) {
        gone = true;
        BodyPump current = pump;
        if (current != null) {
            current.abandon();
        }
        try {
            serving.listener()
                    .ended(new ExchangeListener.Ended(
                            id(),
                            request.remote(),
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

    private void onLoop(Runnable task) {
        if (loop().inEventLoop()) {
            task.run();
        } else {
            loop().execute(task);
        }
    }

    private EventLoop loop() {
        return channel.eventLoop();
    }
}
