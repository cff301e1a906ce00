package dev.assay.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks for files over connections that it keeps, one for each request at a time, and tells exactly what came. Thread-safe. */
final class FileClient implements AutoCloseable {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: ([0-9]+)\r\n");

    private final int port;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    /** An answer, as far as it came. */
    static final class Answer {
        final int status;
        final byte[] body;
        /** Bytes, by its Content-Length. */
        final long announced;

        private Answer(int status, byte[] body, long announced) {
            this.status = status;
            this.body = body;
            this.announced = announced;
        }

        /** Whether it is a file that a client takes for complete. */
        boolean isWhole() {
            return status == 200 && body.length == announced;
        }

        @Override
        public String toString() {
            String text = status == 200 ? "" : ": " + new String(body, ISO_8859_1);
            return status + ", " + body.length + " of " + announced + " bytes" + text;
        }
    }

    private record Connection(Socket socket, InputStream in) {}

    FileClient(int port) {
        this.port = port;
    }

    /** The answer to one request; the path has no leading slash. */
    Answer get(String path) throws IOException {
        Connection kept = idle.poll();
        Connection connection = kept == null ? connect() : kept;
        connection
                .socket()
                .getOutputStream()
                .write(("GET /" + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1));
        String head = head(connection.in());
        long announced = Long.parseLong(found(LENGTH, head));
        byte[] body = body(connection.in(), (int) announced);
        Answer answer = new Answer(Integer.parseInt(found(STATUS, head)), body, announced);
        if (body.length == announced) {
            idle.add(connection);
        } else {
            connection.socket().close();
        }
        return answer;
    }

    private Connection connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TestProxy.PATIENT.toMillis());
        return new Connection(socket, new BufferedInputStream(socket.getInputStream()));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after " + head.length() + " bytes of a head: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }

    /** Fewer bytes when the connection ends before. */
    private static byte[] body(InputStream in, int announced) {
        byte[] body = new byte[announced];
        int count = 0;
        try {
            for (int n = 0; n >= 0 && count < announced; count += Math.max(n, 0)) {
                n = in.read(body, count, announced - count);
            }
        } catch (IOException e) {
            return Arrays.copyOf(body, count); // reset: what came before has come
        }
        return Arrays.copyOf(body, count);
    }

    private static String found(Pattern what, String head) throws IOException {
        Matcher matcher = what.matcher(head);
        if (!matcher.find()) {
            throw new IOException("no " + what + " in " + head);
        }
        return matcher.group(1);
    }

    @Override
    public void close() throws IOException {
        for (Connection each : idle) {
            each.socket().close();
        }
    }
}
