package dev.assay.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on a loopback port that sends whatever bytes a test wants, so that it can break any rule of HTTP. Each request is
 * recorded as text and answered by the script; the connection stays open for a further request unless the script closes it.
 */
final class RawServer implements AutoCloseable {
    /** Answers one request; a failure to write means that the client has gone, which is the client's right. */
    interface Script {
        void answer(String request, Socket socket, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    RawServer(Script script) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        start(this::accept);
    }

    /** Answers every request with the same bytes. */
    static RawServer sending(String... lines) throws IOException {
        byte[] bytes = String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        return new RawServer((request, socket, out) -> out.write(bytes));
    }

    /** Answers every request with the same bytes, then ends the connection. */
    static RawServer sendingThenClosing(String... lines) throws IOException {
        byte[] bytes = String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
        return new RawServer((request, socket, out) -> {
            out.write(bytes);
            socket.close();
        });
    }

    String hostAndPort() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    URI url(String path) {
        return URI.create("http://" + hostAndPort() + path);
    }

    /** The heads of the requests so far, CRLF between their lines. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            for (String request = readHead(in); !request.isEmpty(); request = readHead(in)) {
                requests.add(request);
                script.answer(request, socket, socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The client or the test has closed the connection.
        } finally {
            sockets.remove(socket);
        }
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next == -1) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }
}
