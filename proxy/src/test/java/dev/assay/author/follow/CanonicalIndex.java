package dev.assay.author.follow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An index over TLS with a private authority, whose pages are as PyPI sends them, JSON and HTML, with serials and entity tags. It
 * can be made to rewrite history.
 */
public final class CanonicalIndex implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** A file as the index lists it. */
    public record Entry(String filename, String sha256, long size, String metadataSha256, String yanked) {
        private static final String NO_DIGEST = "0".repeat(64);

        /** A file of which the index gives no digest. */
        public static Entry withoutDigest(String filename) {
            return new Entry(filename, NO_DIGEST, 1, NO_DIGEST, "");
        }

        /** Of these contents, whatever they are. */
        public static Entry of(String filename, byte[] content) {
            return new Entry(
                    filename,
                    sha256(content),
                    content.length,
                    sha256((filename + " metadata").getBytes(StandardCharsets.UTF_8)),
                    "");
        }

        /** Where it is, as its URL says. */
        public String path() {
            return "packages/" + sha256.substring(0, 2) + "/" + sha256.substring(2, 4) + "/" + sha256.substring(4) + "/"
                    + filename.replace("+", "%2B");
        }

        private static String sha256(byte[] content) {
            return Digest.of(HashAlgorithm.SHA256, content).hex();
        }
    }

    /** What the index says of a project. */
    public record Listing(String name, long serial, List<Entry> files) {
        public Listing {
            files = List.copyOf(files);
        }

        /** The next state, with a newer serial. */
        public Listing with(List<Entry> newFiles) {
            return new Listing(name, serial + 1, newFiles);
        }
    }

    private final HttpsServer server;
    private final ExecutorService threads;
    private final Path authority;
    private final Map<String, Listing> listings = new ConcurrentHashMap<>();
    private final Map<String, String> extraHeaders = new ConcurrentHashMap<>();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger notModified = new AtomicInteger();
    private final AtomicInteger missing = new AtomicInteger();
    private volatile boolean json = true;
    private final AtomicInteger broken = new AtomicInteger();
    private volatile boolean serials = true;
    private volatile int padding;
    private volatile String filesBase = "https://files.example/";
    private final Map<String, byte[]> metadataFiles = new ConcurrentHashMap<>();

    private CanonicalIndex(HttpsServer server, ExecutorService threads, Path authority) {
        this.server = server;
        this.threads = threads;
        this.authority = authority;
    }

    /** Answers on a free port of loopback; keys and the authority's certificate are made in {@code folder}. */
    public static CanonicalIndex start(Path folder) throws Exception {
        Path store = folder.resolve("index.p12");
        if (!Files.exists(store)) {
            keytool(store);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Path authority = folder.resolve("authority.pem");
        Files.writeString(
                authority,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("mykey").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        ExecutorService threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        CanonicalIndex index = new CanonicalIndex(server, threads, authority);
        server.createContext("/simple/", index::answer);
        server.createContext("/packages/", index::metadataFile);
        server.start();
        return index;
    }

    private static void keytool(Path store) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=private authority",
                        "-ext",
                        "BC=ca:true",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
    }

    /** Its simple index; ends with a slash. */
    public URI simple() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/simple/");
    }

    /** The certificate that vouches for it. */
    public Path authority() {
        return authority;
    }

    /** Says this from now on. */
    public void put(Listing listing) {
        listings.put(listing.name(), listing);
    }

    /** Says something else of a project it knows. */
    public Listing listing(String project) {
        return Objects.requireNonNull(listings.get(project));
    }

    /** Sends the one project's page in the place of the other's. */
    public void swap(String project, String sent) {
        listings.put(project, listing(sent));
    }

    /** Knows the project no longer. */
    public void forget(String project) {
        listings.remove(project);
    }

    /** Many projects with as many files each. */
    public void generate(int projects, int files) {
        for (int project = 0; project < projects; project++) {
            String name = "project-" + project;
            List<Entry> entries = new ArrayList<>();
            for (int file = 0; file < files; file++) {
                String filename = "project_" + project + "-1." + file + "-py3-none-any.whl";
                entries.add(Entry.of(filename, filename.getBytes(StandardCharsets.UTF_8)));
            }
            put(new Listing(name, 1000 + project, entries));
        }
    }

    /** A wheel whose metadata says that it needs these; lists files below itself from now on, and serves that metadata. */
    public Entry needing(String filename, String... requirements) {
        filesBase = simple().resolve("/").toString();
        String[] parts = filename.split("-", 3);
        byte[] metadata = ("Metadata-Version: 2.1\nName: " + parts[0] + "\nVersion: " + parts[1] + "\n"
                        + Arrays.stream(requirements)
                                .map(requirement -> "Requires-Dist: " + requirement + "\n")
                                .collect(Collectors.joining()))
                .getBytes(StandardCharsets.UTF_8);
        Entry plain = Entry.of(filename, filename.getBytes(StandardCharsets.UTF_8));
        metadata(plain, metadata);
        return new Entry(filename, plain.sha256(), plain.size(), Entry.sha256(metadata), "");
    }

    /** Serves this as the metadata of a file, whatever its page says. */
    public void metadata(Entry file, byte[] metadata) {
        metadataFiles.put("/" + file.path() + ".metadata", metadata);
    }

    /** Has HTML pages only. */
    public void onlyHtml() {
        json = false;
    }

    /** Says no longer which change was a project's last. */
    public void withoutSerials() {
        serials = false;
    }

    /** Makes every page so many bytes longer. */
    public void pad(int bytes) {
        padding = bytes;
    }

    /** Answers this many further requests with 503. */
    public void breakDown(int requests) {
        broken.set(requests);
    }

    /** Sends this header with every answer. */
    public void header(String name, String value) {
        extraHeaders.put(name, value);
    }

    /** Pages that were sent whole. */
    public int whole() {
        return whole.get();
    }

    /** Questions that were answered with 304. */
    public int notModified() {
        return notModified.get();
    }

    /** Questions for projects that it does not have. */
    public int missing() {
        return missing.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            extraHeaders.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            String name = exchange.getRequestURI().getPath().replaceAll("^/simple/|/$", "");
            Listing listing = listings.get(name);
            if (broken.getAndDecrement() > 0) {
                exchange.sendResponseHeaders(503, -1);
            } else if (listing == null && !name.isEmpty()) {
                missing.incrementAndGet();
                exchange.sendResponseHeaders(404, -1);
            } else if (listing == null) {
                reply(exchange, "application/vnd.pypi.simple.v1+json", list());
            } else {
                page(exchange, listing);
            }
        }
    }

    private void metadataFile(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] metadata = metadataFiles.get(exchange.getRequestURI().getPath());
            if (metadata == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                reply(exchange, "application/octet-stream", metadata);
            }
        }
    }

    private void page(HttpExchange exchange, Listing listing) throws IOException {
        boolean asJson = json && exchange.getRequestHeaders().getFirst("Accept").contains("+json");
        byte[] body = ((asJson ? json(listing) : html(listing)) + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
        String etag = "\"" + Digest.of(HashAlgorithm.SHA256, body).hex().substring(0, 22) + "\"";
        exchange.getResponseHeaders().set("ETag", etag);
        if (serials) {
            exchange.getResponseHeaders().set("X-PyPI-Last-Serial", Long.toString(listing.serial()));
        }
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            notModified.incrementAndGet();
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        whole.incrementAndGet();
        reply(exchange, asJson ? "application/vnd.pypi.simple.v1+json" : "text/html; charset=UTF-8", body);
    }

    private static void reply(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private byte[] list() {
        String projects = listings.values().stream()
                .map(one -> "{\"_last-serial\":" + one.serial() + ",\"name\":\"" + one.name() + "\"}")
                .collect(Collectors.joining(","));
        return ("{\"meta\":{\"_last-serial\":9999,\"api-version\":\"1.4\"},\"projects\":[" + projects + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private String json(Listing listing) {
        String files = listing.files().stream()
                .map(file -> "{\"core-metadata\":{\"sha256\":\"" + file.metadataSha256()
                        + "\"},\"data-dist-info-metadata\":{\"sha256\":\"" + file.metadataSha256()
                        + "\"},\"filename\":\""
                        + file.filename() + "\",\"hashes\":{" + hash(file)
                        + "},\"provenance\":null,\"requires-python\":\">=3.8\",\"size\":" + file.size()
                        + ",\"upload-time\":\"2024-05-05T12:00:00.123456Z\",\"url\":\"" + filesBase
                        + file.path() + "\",\"yanked\":"
                        + (file.yanked().isEmpty() ? "false" : "\"" + file.yanked() + "\"")
                        + "}")
                .collect(Collectors.joining(","));
        return "{\"alternate-locations\":[],\"files\":[" + files + "],\"meta\":{"
                + (serials ? "\"_last-serial\":" + listing.serial() + "," : "")
                + "\"api-version\":\"1.4\"},\"name\":\"" + listing.name()
                + "\",\"project-status\":{\"status\":\"active\"},\"versions\":[\"1.0\"]}";
    }

    private static String hash(Entry file) {
        return file.sha256().equals(Entry.NO_DIGEST) ? "" : "\"sha256\":\"" + file.sha256() + "\"";
    }

    private String html(Listing listing) {
        String files = listing.files().stream()
                .map(file -> "<a href=\"" + filesBase + file.path() + "#sha256=" + file.sha256()
                        + "\" data-requires-python=\"&gt;=3.8\" data-dist-info-metadata=\"sha256="
                        + file.metadataSha256()
                        + "\" data-core-metadata=\"sha256=" + file.metadataSha256() + "\">" + file.filename()
                        + "</a><br />\n")
                .collect(Collectors.joining());
        return "<!DOCTYPE html>\n<html>\n  <head>\n    <meta name=\"pypi:repository-version\" content=\"1.4\">\n    <title>Links for "
                + listing.name() + "</title>\n  </head>\n  <body>\n    <h1>Links for " + listing.name() + "</h1>\n"
                + files
                + "</body>\n</html>\n<!--SERIAL " + listing.serial() + "-->";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
