package dev.assay.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.crypto.Hasher;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.encoding.JsonObject;
import dev.assay.tuf.Envelope;
import dev.assay.tuf.Key;
import dev.assay.tuf.MetaFile;
import dev.assay.tuf.Metadata;
import dev.assay.tuf.Role;
import dev.assay.tuf.Root;
import dev.assay.tuf.Snapshot;
import dev.assay.tuf.TargetFile;
import dev.assay.tuf.TargetPath;
import dev.assay.tuf.Targets;
import dev.assay.tuf.Timestamp;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * A signed index on loopback, and its own mirror, of one project with many files, each other bytes. They need no disk: a file is its
 * number, then the same random block again and again. The page alone is signed ({@code layout: pages-only}).
 */
public final class CrowdIndex {
    private static final int BLOCK = 1 << 20;
    private final byte[] block = new byte[BLOCK];
    private final List<Long> sizes;
    private final Map<String, byte[]> served = new LinkedHashMap<>();

    private CrowdIndex(List<Long> sizes) {
        this.sizes = sizes;
        new Random(1).nextBytes(block);
        List<String> entries = IntStream.range(0, sizes.size())
                .parallel()
                .mapToObj(i -> "{\"filename\":\"" + name(i) + "\",\"url\":\"../../packages/" + name(i) + "\",\"size\":"
                        + sizes.get(i) + ",\"hashes\":{\"sha256\":\""
                        + digest(i).hex() + "\"}}")
                .toList();
        byte[] page = ("{\"meta\":{\"api-version\":\"1.1\"},\"name\":\"crowd\",\"files\":[" + String.join(",", entries)
                        + "]}")
                .getBytes(UTF_8);
        served.put("/crowd", page);
        sign(page);
    }

    /**
     * {@code SIZES_FILE ROOT_FILE}: each line is the bytes of the file of that number, counted from 0, at least 8. Writes the root, prints
     * the port, then serves until its standard input ends.
     */
    public static void main(String[] args) throws IOException {
        CrowdIndex index = new CrowdIndex(
                Files.readAllLines(Path.of(args[0])).stream().map(Long::valueOf).toList());
        Files.write(Path.of(args[1]), index.served.get("/metadata/1.root.json"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", index::answer);
        server.start();
        System.out.println(server.getAddress().getPort());
        System.in.readAllBytes();
        System.exit(0);
    }

    private static String name(int number) {
        return "crowd-1." + number + "-py3-none-any.whl";
    }

    private Digest digest(int number) {
        Hasher hasher = new Hasher(List.of(HashAlgorithm.SHA256));
        byte[] head = head(number);
        hasher.update(head, 0, head.length);
        for (long left = sizes.get(number) - head.length; left > 0; left -= BLOCK) {
            hasher.update(block, 0, (int) Math.min(left, BLOCK));
        }
        return hasher.finish().get(0);
    }

    private static byte[] head(int number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private void sign(byte[] page) {
        SigningKey key = SigningKey.generate(SignatureScheme.ED25519);
        Map<String, Key> keys = Map.of(Key.of(key.publicKey()).id(), Key.of(key.publicKey()));
        Map<String, Role> roles = new LinkedHashMap<>();
        Root.TOP_LEVEL.forEach(name -> roles.put(name, new Role(List.copyOf(keys.keySet()), 1)));
        Instant expires = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(30));
        TargetPath path = new TargetPath("crowd");
        TargetFile target = new TargetFile(
                path, page.length, List.of(Digest.of(HashAlgorithm.SHA256, page)), JsonObject.EMPTY, "targets");
        MetaFile first = new MetaFile(1, OptionalLong.empty(), List.of());
        put(key, "1.root.json", new Root(1, expires, false, keys, roles));
        put(key, "targets.json", new Targets(1, expires, Map.of(path, target), Optional.empty()));
        put(key, "snapshot.json", new Snapshot(1, expires, Map.of("targets.json", first)));
        put(key, "timestamp.json", new Timestamp(1, expires, first));
    }

    private void put(SigningKey key, String name, Metadata metadata) {
        served.put("/metadata/" + name, Envelope.sign(metadata.toJson(), List.of(key)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] small = served.get(path);
            if (path.startsWith("/packages/crowd-1.")) {
                int number = Integer.parseInt(path.substring("/packages/crowd-1.".length(), path.indexOf("-py3")));
                exchange.sendResponseHeaders(200, sizes.get(number));
                write(number, exchange.getResponseBody());
            } else if (small == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                exchange.sendResponseHeaders(200, small.length);
                exchange.getResponseBody().write(small);
            }
        }
    }

    private void write(int number, OutputStream out) throws IOException {
        byte[] head = head(number);
        out.write(head);
        for (long left = sizes.get(number) - head.length; left > 0; left -= BLOCK) {
            out.write(block, 0, (int) Math.min(left, BLOCK));
        }
    }
}
