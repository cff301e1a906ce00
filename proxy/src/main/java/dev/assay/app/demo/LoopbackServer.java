package dev.assay.app.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A plain HTTP/1.1 server on 127.0.0.1 whose handler may break every rule of HTTP that it likes, down to the byte.
 *
 * <p>Thread-safe. One daemon thread a connection, at most {@value #MAX_CONNECTIONS}; a connection past that is closed at once.
 * {@link #close} closes every socket, which ends every thread: a handler that waits does so through {@link #pause}.
 */
final class LoopbackServer implements AutoCloseable {
    static final int MAX_CONNECTIONS = 128;
    private static final int MAX_HEAD_BYTES = 32 << 10;
    private static final int IDLE_MILLIS = 60_000;

    /** Answers one request; what it throws closes the connection. */
    interface Handler {
        void handle(Exchange exchange) throws IOException;
    }

    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ThreadPoolExecutor threads;

    private LoopbackServer(ServerSocket listener, Handler handler) {
        this.listener = listener;
        this.handler = handler;
        this.threads =
                new ThreadPoolExecutor(0, MAX_CONNECTIONS + 1, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), r -> {
                    Thread thread = new Thread(r, "loopback-" + listener.getLocalPort());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Listens on a free port; the handler is called from the connections' threads. */
    static LoopbackServer start(Handler handler) throws IOException {
        ServerSocket listener = new ServerSocket(0, 128, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        LoopbackServer server = new LoopbackServer(listener, handler);
        server.threads.execute(server::accept);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Ends with a slash. */
    URI base() {
        return URI.create("http://127.0.0.1:" + port() + "/");
    }

    /** The URL of a path, which begins with a slash. */
    String at(String path) {
        return base().resolve(path.substring(1)).toString();
    }

    /** Waits this long, or until the server is closed: then throws, so that the connection's thread ends. */
    void pause(long millis) throws IOException {
        try {
            if (closed.await(millis, TimeUnit.MILLISECONDS)) {
                throw new IOException("server closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        closeQuietly(listener);
        open.forEach(LoopbackServer::closeQuietly);
        threads.shutdownNow();
    }

    private void accept() {
        while (closed.getCount() > 0) {
            acceptOne();
        }
    }

    private void acceptOne() {
        try {
            Socket socket = listener.accept();
            open.add(socket);
            if (closed.getCount() > 0) {
                submit(socket);
            } else {
                drop(socket);
            }
        } catch (IOException e) {
            // A connection that died while it was being accepted; or the listener was closed, which ends the caller's
            // loop.
            return;
        }
    }

    private void submit(Socket socket) {
        try {
            threads.execute(() -> serve(socket));
        } catch (RejectedExecutionException e) {
            drop(socket);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(IDLE_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean again = true;
            while (again) {
                List<String> head = readHead(in);
                if (head.isEmpty()) {
                    return;
                }
                Exchange exchange = new Exchange(head, socket.getOutputStream());
                handler.handle(exchange);
                again = exchange.keepAlive();
            }
        } catch (IOException e) {
            // The client went away, sent no HTTP, or the handler cut the connection on purpose: all of them end here.
            return;
        } finally {
            open.remove(socket);
        }
    }

    /** Request line and header lines; empty at the end of the connection. */
    private static List<String> readHead(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int read = 0; read < MAX_HEAD_BYTES; read++) {
            int b = in.read();
            if (b < 0) {
                return List.of();
            }
            if (b != '\n') {
                line.append((char) b);
                continue;
            }
            String text = line.toString().stripTrailing();
            if (!text.isEmpty()) {
                lines.add(text);
            } else if (!lines.isEmpty()) {
                return lines;
            }
            line.setLength(0);
        }
        throw new IOException("request head over " + MAX_HEAD_BYTES + " bytes");
    }

    private void drop(Socket socket) {
        open.remove(socket);
        closeQuietly(socket);
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // Nothing is lost: every byte that matters was flushed by the thread that wrote it.
            return;
        }
    }
}
