package dev.assay.app.demo;

import dev.assay.simple.PageFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A mirror on loopback that serves a published tree and tells one {@link Lie} about it, or none. It counts every request it gets,
 * so that a test can say what a proxy asked for and what it did not.
 *
 * <p>Thread-safe. {@link #close} ends it at once, transfers included.
 */
public final class LyingMirror implements AutoCloseable {
    /** Where the extra file of {@link Lie#PAGE_EXTRA_FILE} is: a folder that no signed path names. */
    public static final String EXTRA_FOLDER = "/packages/ee/ee/" + "e".repeat(60) + "/";

    private static final Duration DEFAULT_HOLD = Duration.ofSeconds(2);
    private static final long ENDLESS_BYTES = 1L << 30;
    private static final int DRIP_MILLIS = 100;
    private static final byte[] NOTHING = {};
    private static final String OK = "200 OK";
    private static final String BINARY = "application/octet-stream";

    private final PublishedTree tree;
    private final EvilPages evilPages;
    private final Duration hold;
    private final CountDownLatch cut = new CountDownLatch(1);
    private final Map<String, Integer> requests = new TreeMap<>();
    private final LoopbackServer server;
    private final LoopbackServer elsewhere;
    private volatile Lie lie;

    private LyingMirror(PublishedTree tree, Lie lie, Duration hold) throws IOException {
        this.tree = tree;
        this.evilPages = new EvilPages(tree);
        this.lie = lie;
        this.hold = hold;
        this.elsewhere = LoopbackServer.start(exchange -> {
            record("elsewhere:" + exchange.path());
            reply(exchange, published(exchange));
        });
        this.server = LoopbackServer.start(exchange -> {
            record(exchange.path());
            answer(exchange);
        });
    }

    /** Serves exactly what is in this folder. */
    public static LyingMirror honest(Path published) throws IOException {
        return start(PublishedTree.of(published), Lie.NONE);
    }

    public static LyingMirror start(PublishedTree tree, Lie lie) throws IOException {
        return new LyingMirror(tree, lie, DEFAULT_HOLD);
    }

    /**
     * As {@link #start(PublishedTree, Lie)}.
     *
     * @param hold how long {@link Lie#EVIL_PREFIX_THEN_CUT} keeps the connection after the prefix, unless {@link #cutNow} comes first
     */
    public static LyingMirror start(PublishedTree tree, Lie lie, Duration hold) throws IOException {
        return new LyingMirror(tree, lie, hold);
    }

    /** The base of everything that it serves; ends with a slash. */
    public URI base() {
        return server.base();
    }

    public URI simple() {
        return base().resolve("simple/");
    }

    public URI metadata() {
        return base().resolve("metadata/");
    }

    /** What a client that is allowed to talk to this mirror has to be configured with. */
    public String hostAndPort() {
        return "127.0.0.1:" + server.port();
    }

    public Lie lie() {
        return lie;
    }

    /** From the next request on. */
    public void become(Lie next) {
        lie = next;
    }

    /** Cuts the transfers that {@link Lie#EVIL_PREFIX_THEN_CUT} holds, and those to come right after the prefix. */
    public void cutNow() {
        cut.countDown();
    }

    /** How many requests came for paths like this; those at the host that {@link Lie#REDIRECT} points to begin with {@code elsewhere:}. */
    public int count(Predicate<String> path) {
        synchronized (requests) {
            return requests.entrySet().stream()
                    .filter(e -> path.test(e.getKey()))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
        }
    }

    /** How many requests came for files below {@code /packages/}. */
    public int fileRequests() {
        return count(path -> path.startsWith("/packages/"));
    }

    /** Every path that was asked for, with how often. */
    public Map<String, Integer> requests() {
        synchronized (requests) {
            return Map.copyOf(requests);
        }
    }

    /** Waits until at least {@code atLeast} requests for paths like this have come; false when they have not in time. */
    public boolean awaitRequests(Predicate<String> path, int atLeast, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (requests) {
            while (count(path) < atLeast) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                requests.wait(left);
            }
            return true;
        }
    }

    @Override
    public void close() {
        server.close();
        elsewhere.close();
    }

    private void record(String path) {
        synchronized (requests) {
            requests.merge(path, 1, Integer::sum);
            requests.notifyAll();
        }
    }

    private void answer(Exchange exchange) throws IOException {
        Lie told = lie;
        Optional<Path> published = published(exchange);
        if (evilPages.offersWheel(told, exchange.path())) {
            exchange.reply("200 OK", BINARY, evilPages.wheelAt(exchange.path()).bytes());
        } else if (told.subject() == Lie.Subject.TUF_METADATA && told.subject().concerns(exchange.path())) {
            reply(exchange, oldMetadata(told, exchange.path(), published));
        } else if (published.isPresent() && told.subject().concerns(exchange.path())) {
            tell(told, exchange, published.get());
        } else {
            reply(exchange, published);
        }
    }

    /** What belongs at the path that is asked for; a project's page in the form that the client wants (PEP 691). */
    private Optional<Path> published(Exchange exchange) throws IOException {
        boolean json = exchange.header("Accept").contains(PageFormat.JSON.mediaType());
        Optional<Path> page = json && exchange.path().endsWith("/")
                ? PublishedTree.jsonPage(tree.current(), exchange.path())
                : Optional.empty();
        return page.isPresent() ? page : PublishedTree.file(tree.current(), exchange.path());
    }

    private static void reply(Exchange exchange, Optional<Path> file) throws IOException {
        if (file.isPresent()) {
            exchange.replyFile(contentType(file.get()), file.get());
        } else {
            exchange.reply("404 Not Found", "text/plain", NOTHING);
        }
    }

    /** What an attacker who kept old metadata serves at {@code path}; {@code published} is what belongs there. */
    private Optional<Path> oldMetadata(Lie told, String path, Optional<Path> published) throws IOException {
        if (told == Lie.ROLLBACK) {
            return PublishedTree.file(tree.earlier(), path);
        }
        if (told == Lie.FROZEN) {
            return PublishedTree.file(tree.expired(), path);
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean kept = name.endsWith("root.json") || name.endsWith("snapshot.json");
        return kept ? published : tree.earlierVersionOf(name).or(() -> published);
    }

    private void tell(Lie told, Exchange exchange, Path file) throws IOException {
        byte[] genuine = Files.readAllBytes(file);
        String type = contentType(file);
        switch (told) {
            case NONE, ROLLBACK, FROZEN, MIX_AND_MATCH -> exchange.reply(OK, type, genuine);
            case FLIPPED_BYTE -> exchange.reply(OK, type, flipped(genuine));
            case TRUNCATED -> exchange.reply(OK, type, Arrays.copyOf(genuine, Math.max(0, genuine.length - 100)));
            case LONGER -> exchange.reply(OK, type, Arrays.copyOf(genuine, genuine.length + 100));
            case OTHER_WHEEL -> exchange.reply(OK, type, otherThan(file));
            case PAGE_OTHER_HASHES -> exchange.reply(OK, type, evilPages.withOtherHashes(genuine));
            case PAGE_EXTRA_FILE -> exchange.reply(OK, type, evilPages.withExtraFile(genuine, exchange.path()));
            case ALTERED_METADATA -> exchange.reply(OK, type, withEvilDependency(genuine));
            case ENDLESS_BODY -> sendEndlessly(exchange.raw(type, ""));
            case SLOW_BODY -> drip(exchange.raw(type, "Content-Length: " + genuine.length + "\r\n"), genuine);
            case REDIRECT -> exchange.redirect(elsewhere.at(exchange.path()));
            case EVIL_PREFIX_THEN_CUT ->
                sendEvilPrefix(exchange.raw(type, "Content-Length: " + genuine.length + "\r\n"), genuine);
        }
    }

    private static byte[] flipped(byte[] genuine) {
        byte[] bytes = genuine.clone();
        bytes[bytes.length / 2] ^= 1;
        return bytes;
    }

    private static byte[] withEvilDependency(byte[] metadata) {
        return new String(metadata, StandardCharsets.UTF_8)
                .replaceFirst("\nVersion:", "\nRequires-Dist: evil-dependency\nVersion:")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Another genuine wheel of this tree, or the attacker's when there is no other. */
    private byte[] otherThan(Path file) throws IOException {
        Optional<Path> other =
                tree.wheels().stream().filter(w -> !w.equals(file)).findFirst();
        return other.isPresent()
                ? Files.readAllBytes(other.get())
                : DemoWheels.evil("other", "1.0").bytes();
    }

    private static void sendEndlessly(OutputStream out) throws IOException {
        byte[] chunk = new byte[64 << 10];
        for (long sent = 0; sent < ENDLESS_BYTES; sent += chunk.length) {
            out.write(chunk);
        }
    }

    private void drip(OutputStream out, byte[] genuine) throws IOException {
        for (byte b : genuine) {
            out.write(b);
            server.pause(DRIP_MILLIS);
        }
    }

    private void sendEvilPrefix(OutputStream out, byte[] genuine) throws IOException {
        byte[] prefix = Arrays.copyOf(genuine, genuine.length / 4 * 3);
        for (int i = 0; i < prefix.length; i++) {
            prefix[i] ^= (byte) 0x5a;
        }
        out.write(prefix);
        out.flush();
        try {
            boolean asked = cut.await(hold.toMillis(), TimeUnit.MILLISECONDS);
            throw new IOException(asked ? "cut as asked" : "cut after " + hold);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String contentType(Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(PublishedTree.JSON_PAGE)) {
            return PageFormat.JSON.mediaType();
        }
        if (name.endsWith(".html")) {
            return "text/html; charset=utf-8";
        }
        return name.endsWith(".json") ? "application/json" : BINARY;
    }
}
