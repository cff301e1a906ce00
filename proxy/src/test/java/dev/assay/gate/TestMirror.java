package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A mirror on loopback whose answers a test scripts, down to the byte at which they stop and wait. Counts what it is asked. */
public final class TestMirror implements AutoCloseable {
    private static final int MOST_SECONDS = 60;

    /** Writes one answer; what it throws ends the connection. */
    @FunctionalInterface
    public interface Answer {
        void write(OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final Function<String, Optional<byte[]>> content;
    private final Map<String, Answer> scripted = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private volatile BiFunction<String, Integer, Optional<Answer>> otherwise = (path, from) -> Optional.empty();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /**
     * Answers with what {@code content} has for a decoded path, which begins with a slash, as long as nothing is scripted.
     */
    public TestMirror(Function<String, Optional<byte[]>> content) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        this.content = content;
        start(this::accept);
    }

    /** Ends with a slash. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    /** How often this path was asked for; it has no leading slash. */
    public int asked(String path) {
        AtomicInteger count = asked.get("/" + path);
        return count == null ? 0 : count.get();
    }

    /** Every path that was asked for; each begins with a slash. */
    public Set<String> askedPaths() {
        return Set.copyOf(asked.keySet());
    }

    /** How many requests there were. */
    public int asked() {
        return asked.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** How many requests for files there were. */
    public int askedForFiles() {
        return asked.entrySet().stream()
                .filter(each -> each.getKey().startsWith("/packages/"))
                .mapToInt(each -> each.getValue().get())
                .sum();
    }

    /** From now on; the path has no leading slash. */
    public void script(String path, Answer answer) {
        scripted.put("/" + path, answer);
    }

    /** Answers everything that is not scripted: by path, which begins with a slash, and the first byte that is asked for. */
    public void answerBy(BiFunction<String, Integer, Optional<Answer>> how) {
        otherwise = how;
    }

    /** As it was at first. */
    public void unscript(String path) {
        scripted.remove("/" + path);
    }

    /** Answers with other bytes than published. */
    public void put(String path, byte[] bytes) {
        script(path, out -> whole(out, bytes));
    }

    public void status(String path, int status) {
        script(
                path,
                out -> out.write(
                        ("HTTP/1.1 " + status + " As scripted\r\nContent-Length: 0\r\n\r\n").getBytes(ISO_8859_1)));
    }

    /** Announces all of {@code bytes}, sends the first of them, and hangs up. */
    public void cutAfter(String path, byte[] bytes, int first) {
        script(path, out -> {
            out.write(head(bytes.length));
            out.write(bytes, 0, first);
            out.flush();
            throw new IOException("cut");
        });
    }

    /** Announces all of {@code bytes}, sends the first of them, and waits. */
    public Held hold(String path, byte[] bytes, int first) {
        Held held = new Held();
        script(path, out -> {
            out.write(head(bytes.length));
            out.write(bytes, 0, first);
            out.flush();
            held.sent.countDown();
            held.await();
            out.write(bytes, first, bytes.length - first);
        });
        return held;
    }

    /** An answer that stops in the middle, until the test says how it goes on. */
    public static final class Held {
        private final CountDownLatch sent = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private volatile boolean cut;

        /** Waits until the first part is on its way. */
        public void awaitSent() throws InterruptedException {
            if (!sent.await(MOST_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the mirror was not asked");
            }
        }

        public void release() {
            goesOn.countDown();
        }

        /** Ends the connection instead. */
        public void cut() {
            cut = true;
            goesOn.countDown();
        }

        private void await() throws IOException {
            try {
                if (!goesOn.await(MOST_SECONDS, TimeUnit.SECONDS) || cut) {
                    throw new IOException("cut");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(listener);
        sockets.forEach(TestMirror::closeQuietly);
    }

    private static byte[] head(long length) {
        return ("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n").getBytes(ISO_8859_1);
    }

    private static void whole(OutputStream out, byte[] bytes) throws IOException {
        out.write(head(bytes.length));
        out.write(bytes);
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket socket = listener.accept();
                sockets.add(socket);
                if (listener.isClosed()) { // it came while the others were closed
                    closeQuietly(socket);
                }
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: a mirror that is down.
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
                String path = path(head);
                asked.computeIfAbsent(path, each -> new AtomicInteger()).incrementAndGet();
                answer(path, from(head)).write(socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            // Cut by the script, or the client has gone.
            return;
        } finally {
            sockets.remove(socket);
        }
    }

    private Answer answer(String path, int from) {
        Answer script = scripted.get(path);
        if (script != null) {
            return script;
        }
        Optional<Answer> other = otherwise.apply(path, from);
        if (other.isPresent()) {
            return other.get();
        }
        Optional<byte[]> bytes = content.apply(path);
        if (bytes.isPresent() && from > 0) {
            return out -> rest(out, bytes.get(), from);
        }
        return bytes.isPresent()
                ? out -> whole(out, bytes.get())
                : out -> out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
    }

    private static void rest(OutputStream out, byte[] bytes, int from) throws IOException {
        String range = "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length;
        out.write(("HTTP/1.1 206 Partial Content\r\nContent-Range: " + range + "\r\nContent-Length: "
                        + (bytes.length - from) + "\r\n\r\n")
                .getBytes(ISO_8859_1));
        out.write(bytes, from, bytes.length - from);
    }

    /** The head of the next request; empty at the end of the connection. */
    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    private static String path(String head) {
        String target = head.substring(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
        return URLDecoder.decode(target.replace("+", "%2B"), UTF_8);
    }

    private static int from(String head) {
        Matcher range = Pattern.compile("\r\nRange: bytes=([0-9]+)-\r\n").matcher(head);
        return range.find() ? Integer.parseInt(range.group(1)) : 0;
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "test-mirror");
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is closed for good either way.
            return;
        }
    }
}
