package dev.assay.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Sends requests at a constant rate, whatever the answers do, and measures each from when it was due: an answer that is late makes those
 * behind it late too, as it would for users, and is not hidden by a client that waits for it (coordinated omission). Plain HTTP/1.1,
 * one thread; whoever falls behind with sending is seen in the figures.
 *
 * <p>A file on its own: {@code java ConstantRate.java PORT CONNECTIONS RATE SECONDS FILE}, where FILE has one path a line, asked for
 * in that order, over and over. Prints, tab between: answers, bytes of their bodies, then p50, p99, p99.9 and the maximum in µs. A
 * status other than 200 ends it with an exception.
 */
public final class ConstantRate {
    private static final int BUFFER = 256 << 10;
    private static final int MAX_HEAD = 16 << 10;
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;
    /** For the answers to what was sent last. */
    private static final long LAST_ANSWERS = 20 * SECOND;

    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(US_ASCII);

    private final Selector selector = Selector.open();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final long[] latencies;
    private final long interval;
    private final List<byte[]> requests;
    private int answered;
    private long bytes;

    private ConstantRate(int port, int connections, int rate, int seconds, List<String> paths) throws IOException {
        this.latencies = new long[Math.multiplyExact(rate, seconds)];
        this.interval = SECOND / rate;
        this.requests = paths.stream()
                .map(path -> ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: text/html\r\n\r\n")
                        .getBytes(US_ASCII))
                .toList();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.configureBlocking(false);
            Connection connection = new Connection(channel);
            channel.register(selector, SelectionKey.OP_READ, connection);
            idle.add(connection);
        }
    }

    /** Runs to its end and prints one line. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 5) {
            throw new IllegalArgumentException("usage: ConstantRate PORT CONNECTIONS RATE SECONDS FILE");
        }
        int[] numbers =
                Arrays.stream(arguments, 0, 4).mapToInt(Integer::parseInt).toArray();
        List<String> paths = Files.readAllLines(Path.of(arguments[4]), US_ASCII);
        ConstantRate load = new ConstantRate(numbers[0], numbers[1], numbers[2], numbers[3], paths);
        load.run();
        System.out.println(load.figures());
    }

    private void run() throws IOException {
        long started = System.nanoTime();
        long deadline = started + latencies.length * interval + LAST_ANSWERS;
        for (int sent = 0; answered < latencies.length; ) {
            long now = System.nanoTime();
            if (now > deadline) {
                throw new IOException(answered + " answers (expected: " + latencies.length + ")");
            }
            while (sent < latencies.length && started + sent * interval <= now && !idle.isEmpty()) {
                idle.remove().send(requests.get(sent % requests.size()), started + sent * interval);
                sent++;
            }
            boolean soon = sent < latencies.length && started + sent * interval - now < MILLISECOND;
            if (soon && !idle.isEmpty()) {
                selector.selectNow(this::readable);
            } else {
                selector.select(this::readable, 1);
            }
        }
    }

    private void readable(SelectionKey key) {
        try {
            ((Connection) key.attachment()).read();
        } catch (IOException e) {
            throw new IllegalStateException("a connection failed after " + answered + " answers", e);
        }
    }

    private String figures() {
        Arrays.sort(latencies);
        return String.format(
                Locale.ROOT,
                "%d\t%d\t%d\t%d\t%d\t%d",
                answered,
                bytes,
                micros(0.5),
                micros(0.99),
                micros(0.999),
                micros(1));
    }

    private long micros(double quantile) {
        int rank = (int) Math.ceil(quantile * latencies.length);
        return latencies[Math.max(0, rank - 1)] / 1000;
    }

    /** One request at a time. */
    private final class Connection {
        private final SocketChannel channel;
        private final byte[] head = new byte[MAX_HEAD];
        private int headBytes;
        private long bodyLeft;
        private boolean inBody;
        private long due;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send(byte[] request, long dueAt) throws IOException {
            due = dueAt;
            ByteBuffer out = ByteBuffer.wrap(request);
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }

        void read() throws IOException {
            int count = channel.read(buffer.clear());
            if (count < 0) {
                throw new IOException("closed by the server");
            }
            buffer.flip();
            while (!inBody && buffer.hasRemaining()) {
                head[headBytes++] = buffer.get();
                if (endsHead()) {
                    beginBody(new String(head, 0, headBytes, US_ASCII));
                }
            }
            if (inBody) {
                bodyLeft -= buffer.remaining();
                if (bodyLeft == 0) {
                    end();
                }
            }
        }

        private boolean endsHead() {
            int from = headBytes - END_OF_HEAD.length;
            return from >= 0 && Arrays.equals(head, from, headBytes, END_OF_HEAD, 0, END_OF_HEAD.length);
        }

        private void beginBody(String text) throws IOException {
            if (!text.startsWith("HTTP/1.1 200 ")) {
                throw new IOException(text.lines().findFirst().orElse("an empty head"));
            }
            String name = "content-length:";
            bodyLeft = text.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
                    .mapToLong(
                            line -> Long.parseLong(line.substring(name.length()).strip()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no Content-Length: " + text));
            bytes += bodyLeft;
            inBody = true;
        }

        private void end() {
            latencies[answered++] = System.nanoTime() - due;
            inBody = false;
            headBytes = 0;
            idle.add(this);
        }
    }
}
