package dev.assay.app.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One request at a {@link LoopbackServer}, and the one answer to it. Used by its connection's thread only. */
final class Exchange {
    private final String method;
    private final String path;
    private final Map<String, String> headers = new TreeMap<>();
    private final OutputStream out;
    private boolean keepAlive;

    /** Throws when the request line is not {@code METHOD TARGET HTTP/1.x}. */
    Exchange(List<String> head, OutputStream out) throws IOException {
        String[] words = head.get(0).split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            throw new IOException("no HTTP request: " + head.get(0));
        }
        this.method = words[0];
        int query = words[1].indexOf('?');
        String target = query < 0 ? words[1] : words[1].substring(0, query);
        // A plus is no space in a path.
        this.path = URLDecoder.decode(target.replace("+", "%2B"), StandardCharsets.UTF_8);
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        this.out = out;
        this.keepAlive = words[2].equals("HTTP/1.1") && !header("connection").equalsIgnoreCase("close");
    }

    String method() {
        return method;
    }

    /** Decoded, without the query; begins with a slash. */
    String path() {
        return path;
    }

    /** The value, or the empty string. */
    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    boolean keepAlive() {
        return keepAlive;
    }

    /** A complete, honest answer. */
    void reply(String status, String contentType, byte[] body) throws IOException {
        head(status, contentType, "Content-Length: " + body.length + "\r\n");
        if (!method.equals("HEAD")) {
            out.write(body);
        }
        out.flush();
    }

    /** A complete, honest answer, streamed from the disk. */
    void replyFile(String contentType, Path file) throws IOException {
        head("200 OK", contentType, "Content-Length: " + Files.size(file) + "\r\n");
        if (!method.equals("HEAD")) {
            Files.copy(file, out);
        }
        out.flush();
    }

    /** A redirect without a body. */
    void redirect(String location) throws IOException {
        head("302 Found", "text/plain", "Location: " + location + "\r\nContent-Length: 0\r\n");
        out.flush();
    }

    /** Sends a head with these header lines, each ended by CR LF, and hands out the raw connection, which is closed after the answer whatever the head said. */
    OutputStream raw(String contentType, String extraHeaders) throws IOException {
        keepAlive = false;
        head("200 OK", contentType, extraHeaders);
        return out;
    }

    private void head(String status, String contentType, String extraHeaders) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + contentType + "\r\n" + extraHeaders
                + (keepAlive ? "" : "Connection: close\r\n") + "\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    }
}
