package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.author.Passphrases;
import dev.assay.author.Progress;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.CanonicalIndex;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Index;
import dev.assay.author.follow.Manners;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.gate.TestMirror;
import dev.assay.simple.ProjectName;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an index that does not sign, through followers that do, to a proxy and an owner who trust nothing else. */
final class FollowedIndexTest {
    private static final String WHEEL = "demo-1.0-py3-none-any.whl";
    private static final byte[] GENUINE = "what its owner built".getBytes(UTF_8);
    private static final byte[] FORGED = "what somebody else wants installed".getBytes(UTF_8);
    private static final Entry FILE = Entry.of(WHEEL, GENUINE);
    private static final Manners QUICK =
            new Manners(4, 100_000, 3, Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(1));

    @TempDir
    private static Path keys;

    @TempDir
    private Path temp;

    private final Map<String, byte[]> mirrored = new ConcurrentHashMap<>(Map.of("/" + FILE.path(), GENUINE));
    private final Map<String, TestMirror> followers = new ConcurrentHashMap<>();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Instant now = Instant.now();

    @AfterEach
    void close() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.push(resource);
        return resource;
    }

    /** The index as somebody sees it from where they are: hijacked routes lead to others. */
    private CanonicalIndex index(Entry... files) throws Exception {
        CanonicalIndex seen = own(CanonicalIndex.start(keys));
        seen.put(new Listing("demo", 1, List.of(files)));
        return seen;
    }

    /** Makes one pass at a site and publishes what it signed. */
    private void follow(String site, CanonicalIndex seen) throws Exception {
        RepositoryOptions options = new RepositoryOptions(
                1,
                1,
                SignatureScheme.ED25519,
                4,
                RepositoryOptions.BinForm.SUCCINCT,
                Duration.ofDays(365),
                Duration.ofDays(30),
                KeyFile.Cost.LOW);
        try (Repository repository = Repository.init(temp.resolve(site), options, passphrase(), () -> now);
                Index index = new Index(
                        seen.simple(), Access.PLAIN.with(Authorities.in(seen.authority())), QUICK, () -> now);
                Follower follower = Follower.open(repository, index, () -> now)) {
            follower.pass(List.of(new ProjectName("demo")), Progress.NONE);
        }
        Path published = temp.resolve(site).resolve("public");
        followers.put(site, own(new TestMirror(path -> read(published.resolve(path.substring(1))))));
    }

    private static Passphrases passphrase() {
        return Passphrases.same("correct horse".toCharArray());
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** With all followers, all of whom must agree. */
    private Proxy proxy() throws Exception {
        return proxy(followers.size());
    }

    /** With all followers, so many of whom must agree; no answer is given up within a test. */
    private Proxy proxy(int threshold) throws Exception {
        TestMirror mirror = own(new TestMirror(path -> Optional.ofNullable(mirrored.get(path))));
        StringBuilder config = new StringBuilder("listen: 127.0.0.1:0\noperations: {listen: 127.0.0.1:0}\ndata: "
                + temp.resolve("data")
                + "\ndelivery: {patience: 1h}\nupstream: {header-timeout: 1h, first-byte-timeout: 1h,"
                + " rate-window: 1h, total-timeout: 1h}\nmap: [{projects: [\"*\"], "
                + (threshold > 1 ? "threshold: " + threshold + ", " : "")
                + "repositories: " + followers.keySet() + "}]\nrepositories:\n");
        followers.forEach((site, server) -> config.append("  " + site + ": {metadata-url: " + server.base()
                + "metadata/, root: " + temp.resolve(site).resolve("root.json") + ", mirrors: [{url: " + mirror.base()
                + "simple/}]}\n"));
        Path file = Files.writeString(temp.resolve("assay.yaml"), config);
        return own(Proxy.start(ConfigReader.read(file, Map.of(), ConfigReader.Options.NONE), () -> now));
    }

    private HttpResponse<byte[]> get(Proxy proxy, String path) throws Exception {
        return client.send(request(proxy, path), BodyHandlers.ofByteArray());
    }

    private static HttpRequest request(Proxy proxy, String path) {
        return HttpRequest.newBuilder(proxy.url().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    /** Holds back the page that a follower has signed. */
    private TestMirror.Held holdPage(String site) throws IOException {
        Path published = temp.resolve(site).resolve("public");
        try (Stream<Path> pages = Files.list(published.resolve("simple/demo"))) {
            Path page = pages.filter(file -> file.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            String path = published.relativize(page).toString();
            return Objects.requireNonNull(followers.get(site)).hold(path, Files.readAllBytes(page), 1);
        }
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    @Test
    void aMirrorIsHeldToWhatTheFollowerSaw() throws Exception {
        follow("here", index(FILE));
        Proxy proxy = proxy();

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL);
        assertThat(get(proxy, FILE.path()).body()).isEqualTo(GENUINE);
    }

    @Test
    void aMirrorThatServesOtherBytesIsRefused() throws Exception {
        follow("here", index(FILE));
        mirrored.put("/" + FILE.path(), FORGED);
        HttpResponse<byte[]> answer = get(proxy(), FILE.path());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(text(answer)).contains("other bytes than signed");
    }

    @Test
    void anIndexWithoutJsonIsFollowedAndItsFilesAreServed() throws Exception {
        CanonicalIndex html = index(FILE);
        html.onlyHtml();
        follow("here", html);
        Proxy proxy = proxy();

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL);
        assertThat(get(proxy, FILE.path()).body()).isEqualTo(GENUINE);
    }

    @Test
    void anIndexThatIsCutOffShowsThoughTheFollowerSignsOn() throws Exception {
        follow("here", index(FILE));
        now = now.plus(Duration.ofDays(3));
        try (Repository repository = Repository.open(temp.resolve("here"), passphrase(), () -> now)) {
            repository.refresh();
        }
        Proxy proxy = proxy();

        assertThat(text(get(proxy, "simple/demo/"))).contains("demo: the signer last saw its page");
        assertThat(get(proxy, FILE.path()).statusCode()).isEqualTo(424);
    }

    @Test
    void whatFollowersSawAlikeIsHandedOver() throws Exception {
        CanonicalIndex seen = index(FILE);
        follow("eu", seen);
        follow("us", seen);
        Proxy proxy = proxy();

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL);
        assertThat(get(proxy, FILE.path()).body()).isEqualTo(GENUINE);
    }

    @Test
    void whatOneFollowerAloneWasMadeToSeeIsWithheldWithTheReason() throws Exception {
        Entry planted = Entry.of("demo-9.9-py3-none-any.whl", FORGED);
        mirrored.put("/" + planted.path(), FORGED);
        follow("eu", index(FILE));
        follow("us", index(FILE, planted));
        Proxy proxy = proxy();

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL).doesNotContain("9.9");
        assertThat(get(proxy, FILE.path()).body()).isEqualTo(GENUINE);
        HttpResponse<byte[]> answer = get(proxy, planted.path());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(text(answer)).contains("signed by 1 of 2 repositories (expected: 2)", "eu: ");
    }

    @Test
    void aFileThatOneFollowerWasMadeToSeeOtherwiseIsWithheldAndTold() throws Exception {
        Entry forged = Entry.of(WHEEL, FORGED);
        mirrored.put("/" + forged.path(), FORGED);
        follow("eu", index(FILE));
        follow("us", index(forged));
        Proxy proxy = proxy();

        assertThat(text(get(proxy, "simple/demo/"))).doesNotContain(WHEEL);
        assertThat(get(proxy, forged.path()).statusCode()).isEqualTo(403);
        assertThat(get(proxy, FILE.path()).statusCode()).isEqualTo(403);
        assertThat(Files.readString(temp.resolve("data/audit.log")))
                .contains("repositories-disagree", FILE.sha256(), forged.sha256());
    }

    @Test
    void aFollowerThatHangsIsNotWaitedForWhereItCouldChangeNothing() throws Exception {
        CanonicalIndex seen = index(FILE);
        for (String site : new String[] {"eu", "us", "asia"}) {
            follow(site, seen);
        }
        TestMirror.Held asia = holdPage("asia");
        Proxy proxy = proxy(2);

        assertThat(text(get(proxy, "simple/demo/"))).contains(WHEEL);
        assertThat(get(proxy, FILE.path()).body()).isEqualTo(GENUINE);
        asia.cut();
    }

    @Test
    void aFollowerThatHangsIsWaitedForWhereItCouldAddAFile() throws Exception {
        Entry newer = Entry.of("demo-9.9-py3-none-any.whl", FORGED);
        follow("eu", index(FILE));
        follow("us", index(FILE, newer));
        follow("asia", index(FILE, newer));
        TestMirror.Held asia = holdPage("asia");
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request(proxy(2), "simple/demo/"), BodyHandlers.ofByteArray());
        asia.awaitSent();
        assertThat(answer).isNotDone();
        asia.release();

        assertThat(text(answer.get(20, TimeUnit.SECONDS))).contains(WHEEL, "9.9");
    }

    @Test
    void anOwnerLearnsWhetherIndexMirrorAndOwnBuildAgree() throws Exception {
        follow("here", index(FILE));
        Path built = Files.write(Files.createDirectory(temp.resolve("dist")).resolve(WHEEL), GENUINE);
        Path mirror = Files.write(
                Files.createDirectories(temp.resolve("mirror/" + FILE.path()).getParent())
                        .resolve(WHEEL),
                FORGED);

        assertThat(verify(built)).startsWith("same         " + built).endsWith("exit code 0");
        assertThat(verify(built, temp.resolve("mirror")))
                .contains("same         " + built, "different    " + mirror)
                .contains(FORGED.length + " bytes (signed page: " + GENUINE.length + ")")
                .endsWith("exit code 1");
    }

    @Test
    void anOwnerIsToldThatTheIndexWasNotSeenLately() throws Exception {
        follow("here", index(FILE));
        Path built = Files.write(Files.createDirectory(temp.resolve("dist")).resolve(WHEEL), GENUINE);
        now = now.plus(Duration.ofDays(3));

        assertThat(verify(built)).startsWith("not checked  ").contains("the signer last saw its page");
    }

    @Test
    void anOwnersCheckNeedsNoLengthWhereTheIndexGivesNone() throws Exception {
        CanonicalIndex html = index(FILE);
        html.onlyHtml();
        follow("here", html);
        Path built = Files.write(Files.createDirectory(temp.resolve("dist")).resolve(WHEEL), GENUINE);

        assertThat(verify(built)).startsWith("same  ");
    }

    /** What {@code assay verify} prints, and how it exits. */
    private String verify(Path... files) {
        TestMirror follower = followers.values().iterator().next();
        List<String> arguments =
                new ArrayList<>(List.of("verify", "--metadata-url", follower.base() + "metadata/", "--root"));
        arguments.add(temp.resolve("here/root.json").toString());
        for (Path file : files) {
            arguments.add(file.toString());
        }
        StringWriter out = new StringWriter();
        int code = Main.commandLine(() -> now)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments.toArray(String[]::new));
        return out + "exit code " + code;
    }
}
