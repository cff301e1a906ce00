package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.author.follow.CanonicalIndex;
import dev.assay.author.follow.CanonicalIndex.Entry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that signs for itself what an index says over TLS, before a mirror that may lie. */
@Timeout(60)
final class FollowingProxyTest {
    private static final String LIBRARY = "simple/" + DemoWheels.LIBRARY + "/";

    @TempDir
    private static Path shared;

    private static MirroredWheels wheels;

    @TempDir
    private Path folder;

    private Instant now = Instant.now();
    private CanonicalIndex index;
    private LyingMirror mirror;
    /** None until something is asked of it, so that a test with a configuration of its own starts no other. */
    private @Nullable Proxy proxy;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void publish() throws Exception {
        wheels = MirroredWheels.in(shared);
        try (CanonicalIndex some = CanonicalIndex.start(shared);
                LyingMirror mirror = LyingMirror.start(wheels.tree(), Lie.NONE)) {
            start(some, some.authority(), mirror, shared.resolve("data"), Map.of(), InstantSource.system())
                    .close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        index = CanonicalIndex.start(shared);
        wheels.listAll(index);
        mirror = LyingMirror.start(wheels.tree(), Lie.NONE);
        startedOnce(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        stopProxy();
        mirror.close();
        index.close();
    }

    @Test
    void whatTheIndexListsIsServedFromTheMirror() throws Exception {
        assertThat(get(LIBRARY).body())
                .contains(filesOf(DemoWheels.LIBRARY).get(0).filename());
        HttpResponse<String> file = get(path(DemoWheels.LIBRARY));

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(mirror.count(path -> path.startsWith("/packages/"))).isEqualTo(1);
    }

    @Test
    void aFileMayBeAskedForBeforeItsPage() throws Exception {
        assertThat(get(path(DemoWheels.LIBRARY)).statusCode()).isEqualTo(200);
    }

    @Test
    void bytesThatTheIndexDoesNotVouchForAreRefused() throws Exception {
        mirror.become(Lie.FLIPPED_BYTE);

        assertThat(get(path(DemoWheels.LIBRARY)).statusCode()).isEqualTo(403);
    }

    @Test
    void aFileThatOnlyTheMirrorListsIsOnNoPage() throws Exception {
        mirror.become(Lie.PAGE_EXTRA_FILE);

        assertThat(get(LIBRARY).body()).contains("assay_demo_library-1.2").doesNotContain("99.0");
    }

    @Test
    void aProjectThatTheIndexDoesNotHaveIsNotFoundAndAskedForOnce() throws Exception {
        assertThat(get("simple/nobody/").statusCode()).isEqualTo(404);
        assertThat(get("simple/nobody/").statusCode()).isEqualTo(404);

        assertThat(index.missing()).isEqualTo(1);
    }

    @Test
    void allWhoAskForAProjectAtOnceAreServedByOneLook() throws Exception {
        HttpRequest page = request(LIBRARY);
        List<CompletableFuture<HttpResponse<String>>> asked = Stream.generate(() -> page)
                .limit(20)
                .map(request -> client.sendAsync(request, BodyHandlers.ofString()))
                .toList();

        assertThat(asked).allMatch(answer -> answer.join().statusCode() == 200);
        assertThat(index.whole()).isEqualTo(1);
    }

    @Test
    void whatWasSeenIsServedWhileTheIndexIsCutOff() throws Exception {
        get(LIBRARY);
        index.close();
        restart(Map.of());

        assertThat(get(LIBRARY).statusCode()).isEqualTo(200);
        assertThat(get(path(DemoWheels.LIBRARY)).statusCode()).isEqualTo(200);
    }

    @Test
    void whatWasNotSeenIsNotCalledUnknownWhileTheIndexIsCutOff() throws Exception {
        index.close();

        HttpResponse<String> answer = get(LIBRARY);

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("127.0.0.1");
    }

    @Test
    void signedPagesEndWithTheirMetadata() throws Exception {
        get(LIBRARY);
        index.close();

        now = now.plusSeconds(8 * 24 * 3600);

        assertThat(get(LIBRARY).statusCode()).isEqualTo(424);
    }

    @Test
    void newsOfTheIndexReachReadersWithTheLookThatFindsThem() throws Exception {
        restart(Map.of("ASSAY_REPOSITORY_RECHECK_INTERVAL", "20ms", "ASSAY_REPOSITORY_REFRESH_INTERVAL", "1d"));
        get(LIBRARY);
        List<Entry> more = new ArrayList<>(filesOf(DemoWheels.LIBRARY));
        more.add(Entry.of("assay_demo_library-1.3-py3-none-any.whl", new byte[] {1}));

        index.put(index.listing(DemoWheels.LIBRARY).with(more));

        while (!get(LIBRARY).body().contains("assay_demo_library-1.3")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whoeverAsksCanMakeItFollowNoMoreThanTheConfigurationAllows() throws Exception {
        restart(Map.of("ASSAY_REPOSITORY_MAX_FOLLOWED", "1"));
        get(LIBRARY);

        HttpResponse<String> refused = get("simple/" + DemoWheels.APP + "/");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("takes no more projects").contains("max-followed: 1");
        assertThat(get(LIBRARY).statusCode()).isEqualTo(200);
        assertThat(get("simple/" + DemoWheels.DATA + "/").statusCode()).isEqualTo(409);
        assertThat(index.whole()).isEqualTo(1);
    }

    @Test
    void operatorsAreToldHowItGoesWithTheIndex() throws Exception {
        get(LIBRARY);
        List<Entry> forged = new ArrayList<>(filesOf(DemoWheels.LIBRARY));
        forged.set(0, Entry.of(forged.get(0).filename(), new byte[] {6, 6, 6}));
        index.put(index.listing(DemoWheels.LIBRARY).with(forged));
        restart(Map.of("ASSAY_REPOSITORY_RECHECK_INTERVAL", "20ms"));

        String status = status("status");
        while (!status.contains("the index last seen at ")) {
            Thread.onSpinWait();
            status = status("status");
        }

        assertThat(status)
                .contains("following: 1 projects; ")
                .contains("; alarms: 1 in " + folder.resolve("data/follow-repository/follow/alarms.log"));
        assertThat(status("metrics"))
                .contains("assay_index_followed{repository=\"repository\",} 1.0")
                .contains("assay_index_seen_age_seconds{repository=\"repository\",}")
                .contains("assay_index_alarms_total{repository=\"repository\",alarm=\"file-changed\",} 1.0");
        assertThat(Files.readString(folder.resolve("data/audit.log"))).contains("\"index-alarm\"");
    }

    @Test
    void whoVouchesForAMirrorSaysNothingAboutTheIndex() throws Exception {
        Path other = Files.createDirectory(folder.resolve("other"));
        Path authority;
        try (CanonicalIndex another = CanonicalIndex.start(other)) {
            authority = another.authority();
        }
        proxy = start(index, authority, mirror, folder.resolve("data"), Map.of(), () -> now);

        assertThat(get(LIBRARY).statusCode()).isEqualTo(502);
    }

    @Test
    void keysAreForTheirOwnerAloneAndMadeOnce() throws Exception {
        Path keys = folder.resolve("data/follow-repository/keys");
        byte[] root = Files.readAllBytes(folder.resolve("data/follow-repository/root.json"));
        restart(Map.of());

        try (Stream<Path> files = Files.list(keys)) {
            assertThat(files)
                    .hasSize(5)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        assertThat(Files.readAllBytes(folder.resolve("data/follow-repository/root.json")))
                .isEqualTo(root);
    }

    /** As a first start leaves it, which takes a while; no index is followed yet. */
    private static void startedOnce(Path data) throws IOException {
        Path made = shared.resolve("data");
        try (Stream<Path> all = Files.walk(made)) {
            for (Path each : (Iterable<Path>)
                    all.filter(path -> !path.startsWith(made.resolve("follow-repository/follow")))::iterator) {
                Files.copy(each, data.resolve(made.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private Proxy running() throws Exception {
        Proxy started = proxy;
        return started == null ? restart(Map.of()) : started;
    }

    private Proxy restart(Map<String, String> environment) throws Exception {
        stopProxy();
        Proxy started = start(index, index.authority(), mirror, folder.resolve("data"), environment, () -> now);
        proxy = started;
        return started;
    }

    private void stopProxy() {
        if (proxy != null) {
            proxy.close();
            proxy = null;
        }
    }

    private static Proxy start(
            CanonicalIndex index,
            Path indexCa,
            LyingMirror mirror,
            Path data,
            Map<String, String> more,
            InstantSource clock)
            throws Exception {
        Settings place = new Settings();
        place.put("mirrors.url", found(mirror.simple()));
        place.put("mirrors.ca", found(index.authority()));
        ConfigReader.Options options = new ConfigReader.Options(
                Map.of(
                        "listen", found("127.0.0.1:0"),
                        "data", found(data),
                        "repository.index-url", found(index.simple()),
                        "repository.ca", found(indexCa)),
                List.of(place));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("ASSAY_OPERATIONS_LISTEN", "127.0.0.1:0");
        return Proxy.start(ConfigReader.read(environment, options), clock);
    }

    private static Settings.Found found(Object value) {
        return new Settings.Found("test", value.toString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path), BodyHandlers.ofString());
    }

    private String status(String name) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(running().operationsUrl().resolve("-/" + name))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    private HttpRequest request(String path) throws Exception {
        return HttpRequest.newBuilder(running().url().resolve(path)).build();
    }

    private static String path(String project) {
        return filesOf(project).get(0).path();
    }

    private static List<Entry> filesOf(String project) {
        return wheels.of(project);
    }
}
