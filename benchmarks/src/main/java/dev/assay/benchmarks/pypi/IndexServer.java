package dev.assay.benchmarks.pypi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Serves a {@link SimulatedIndex} on loopback, gzip where it is asked for. {@code /control/publish?n} makes a new snapshot in which n bins
 * changed; {@code /control/sent} answers the bytes of all bodies so far, as sent and as decoded; {@code /control/someone?b} a path in bin b.
 */
final class IndexServer {
    private static final int BITS = 14;
    private static final String PROJECT = "/simple/project-";

    private final SimulatedIndex index;
    private final int projects;
    private final LongAdder sent = new LongAdder();
    private final LongAdder decoded = new LongAdder();

    private IndexServer(SimulatedIndex index, int projects) {
        this.index = index;
        this.projects = projects;
    }

    /** {@code TARGETS ROOT_FILE [succinct]}: writes the root, prints the address, then serves until its standard input ends. */
    public static void main(String[] args) throws IOException {
        Population population = new Population(Integer.parseInt(args[0]));
        SimulatedIndex index = new SimulatedIndex(
                population, new Bins(population, BITS), args.length > 2 && args[2].equals("succinct"));
        Files.write(Path.of(args[1]), index.metadata("1.root.json").orElseThrow());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.createContext("/", new IndexServer(index, population.projects())::answer);
        server.start();
        System.out.println("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        System.in.readAllBytes();
        System.exit(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith("/control/")) {
                respond(exchange, control(exchange).getBytes(UTF_8), false);
                return;
            }
            Optional<byte[]> body = body(path);
            if (body.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
            respond(exchange, body.get(), accepted != null && accepted.contains("gzip"));
        }
    }

    private Optional<byte[]> body(String path) {
        if (path.startsWith("/metadata/")) {
            return index.metadata(path.substring("/metadata/".length()));
        }
        if (path.startsWith(PROJECT)) {
            String rest = path.substring(PROJECT.length());
            int project = Integer.parseInt(rest.substring(0, rest.indexOf('/')));
            return project < projects ? Optional.of(index.page(project)) : Optional.empty();
        }
        return path.startsWith("/packages/") ? Optional.of(path.substring(1).getBytes(UTF_8)) : Optional.empty();
    }

    private String control(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return switch (exchange.getRequestURI().getPath()) {
            case "/control/publish" -> {
                index.publish(Integer.parseInt(query));
                yield "";
            }
            case "/control/someone" -> index.someone(Integer.parseInt(query));
            default -> sent.sum() + " " + decoded.sum();
        };
    }

    private void respond(HttpExchange exchange, byte[] body, boolean gzip) throws IOException {
        byte[] coded = gzip ? gzipped(body) : body;
        if (gzip) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith("/control/")) {
            sent.add(coded.length);
            decoded.add(body.length);
        }
        exchange.getResponseHeaders()
                .set("Content-Type", path.startsWith("/simple/") ? "text/html" : "application/octet-stream");
        exchange.sendResponseHeaders(200, coded.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(coded);
        }
    }

    private static byte[] gzipped(byte[] body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        }) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }
}
