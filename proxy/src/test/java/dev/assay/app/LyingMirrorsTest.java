package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.app.demo.DemoRepository;
import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.ProxyUnderDemo;
import dev.assay.app.demo.PublishedTree;
import dev.assay.app.demo.WheelFile;
import dev.assay.upstream.Mirror;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every lie that a mirror can tell, told to the whole proxy over real sockets. */
final class LyingMirrorsTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration IMPATIENT = Duration.ofMillis(200);
    private static final WheelFile LIBRARY = DemoWheels.LIBRARY_WHEEL;
    private static final WheelFile DATA = DemoWheels.DATA_WHEEL;

    @TempDir
    private static Path authored;

    private static PublishedTree tree = PublishedTree.of(Path.of("."));
    private static Path root = Path.of(".");

    @TempDir
    private Path data;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void author() throws Exception {
        DemoRepository repository = DemoRepository.author(authored, List.of(), Instant.now());
        tree = repository.tree();
        root = repository.pinnedRoot();
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLIPPED_BYTE", "TRUNCATED", "LONGER", "OTHER_WHEEL", "ENDLESS_BODY"})
    void wrongBytesAreRefusedWithTheReason(Lie lie) throws Exception {
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), mirror(lie));

        HttpResponse<String> answer = text(proxy, pathOf(LIBRARY));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("other bytes than signed");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLIPPED_BYTE", "TRUNCATED", "LONGER", "OTHER_WHEEL", "ENDLESS_BODY", "SLOW_BODY", "REDIRECT"})
    void anHonestMirrorBesideTheLiarIsEnough(Lie lie) throws Exception {
        LyingMirror liar = mirror(lie);
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), liar, mirror(Lie.NONE));

        byte[] served = bytes(proxy, pathOf(LIBRARY)).body();

        assertThat(served).isEqualTo(LIBRARY.bytes());
        assertThat(liar.fileRequests()).isEqualTo(1);
    }

    @Test
    void alteredCoreMetadataIsRefused() throws Exception {
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), mirror(Lie.ALTERED_METADATA));

        HttpResponse<String> answer = text(proxy, pathOf(LIBRARY) + ".metadata");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).doesNotContain("evil-dependency");
    }

    @ParameterizedTest
    @EnumSource(names = {"PAGE_OTHER_HASHES", "PAGE_EXTRA_FILE"})
    void aForgedPageIsNeverServed(Lie lie) throws Exception {
        LyingMirror liar = mirror(lie);
        URI proxy = proxy(PATIENT, liar, liar);

        HttpResponse<String> answer = text(proxy, "simple/" + DemoWheels.LIBRARY + "/");

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(answer.body()).doesNotContain("<a href");
        assertThat(liar.count(Lie.Subject.PAGE::concerns)).isPositive();
    }

    @Test
    void aFileThatOnlyAForgedPageListsIsNotEvenAskedFor() throws Exception {
        LyingMirror liar = mirror(Lie.PAGE_EXTRA_FILE);
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), liar);
        String extra = LyingMirror.EXTRA_FOLDER.substring(1) + "assay_demo_library-99.0-py3-none-any.whl";

        HttpResponse<String> answer = text(proxy, extra);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("not signed");
        assertThat(liar.fileRequests()).isZero();
    }

    @Test
    void afterARollbackTheNewerMetadataStaysInForce() throws Exception {
        LyingMirror signing = mirror(Lie.NONE);
        URI proxy = proxy(PATIENT, signing, mirror(Lie.NONE));
        String page = "simple/" + DemoWheels.APP + "/";
        String before = text(proxy, page).body();

        signing.become(Lie.ROLLBACK);
        int asked = signing.count(LyingMirrorsTest::isTimestamp);
        // The second look begins only when the first has ended.
        assertThat(signing.awaitRequests(LyingMirrorsTest::isTimestamp, asked + 2, PATIENT))
                .isTrue();

        assertThat(before).contains(DemoWheels.APP_WHEEL.filename()).doesNotContain(DemoWheels.OLD_APP.filename());
        assertThat(text(proxy, page).body()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(names = {"FROZEN", "MIX_AND_MATCH"})
    void metadataThatCannotVouchOpensNothing(Lie lie) throws Exception {
        URI proxy = proxy(PATIENT, mirror(lie), mirror(Lie.NONE));

        assertThat(text(proxy, "simple/" + DemoWheels.APP + "/").statusCode()).isEqualTo(424);
        assertThat(text(proxy, pathOf(DemoWheels.APP_WHEEL)).statusCode()).isEqualTo(424);
    }

    @Test
    void pipIsToldOfAFreezeInTheOnlyWayItShows() throws Exception {
        URI proxy = proxy(PATIENT, mirror(Lie.FROZEN), mirror(Lie.NONE));
        HttpRequest request = HttpRequest.newBuilder(proxy.resolve("simple/" + DemoWheels.APP + "/"))
                .header("User-Agent", "pip/26.2")
                .build();

        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/problem+json; detail=")
                .contains("expired");
    }

    @Test
    void aSlowMirrorAloneIsGivenUp() throws Exception {
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), mirror(Lie.SLOW_BODY));

        assertThat(text(proxy, pathOf(LIBRARY)).statusCode()).isEqualTo(504);
    }

    @Test
    void aRedirectToAnotherHostIsNotFollowed() throws Exception {
        LyingMirror liar = mirror(Lie.REDIRECT);
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), liar);

        HttpResponse<String> answer = text(proxy, pathOf(LIBRARY));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(liar.count(path -> path.startsWith("elsewhere:"))).isZero();
    }

    @Test
    void aDownloadThatBeganWithEvilBytesNeverCompletesAndIsNeverContinued() throws Exception {
        LyingMirror liar = own(LyingMirror.start(tree, Lie.EVIL_PREFIX_THEN_CUT, PATIENT));
        URI proxy = proxy(IMPATIENT, mirror(Lie.NONE), liar, mirror(Lie.NONE));
        byte[] genuine = DATA.bytes();

        HttpResponse<InputStream> begun = open(proxy, pathOf(DATA));
        int sent = begun.body().readNBytes(1000).length;
        liar.cutNow();

        assertThat(sent).isEqualTo(1000);
        assertThat(begun.headers().firstValueAsLong("Content-Length")).hasValue(genuine.length);
        assertThatThrownBy(() -> begun.body().readAllBytes()).isInstanceOf(IOException.class);
        HttpResponse<byte[]> resumed = client.send(
                request(proxy, pathOf(DATA)).header("Range", "bytes=1000-").build(), BodyHandlers.ofByteArray());
        assertThat(resumed.statusCode()).isEqualTo(200);
        assertThat(resumed.body()).isEqualTo(genuine);
    }

    @Test
    void manyColdClientsOfOneFileMakeOneUpstreamFetch() throws Exception {
        LyingMirror honest = mirror(Lie.NONE);
        URI proxy = proxy(PATIENT, mirror(Lie.NONE), honest);
        HttpRequest request = request(proxy, pathOf(DATA)).build();

        List<CompletableFuture<HttpResponse<byte[]>>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(client.sendAsync(request, BodyHandlers.ofByteArray()));
        }

        byte[] genuine = DATA.bytes();
        for (CompletableFuture<HttpResponse<byte[]>> each : clients) {
            assertThat(each.get().body()).isEqualTo(genuine);
        }
        assertThat(honest.fileRequests()).isEqualTo(1);
    }

    @Test
    void whatWasVerifiedIsServedAfterARestartWithEverythingUpstreamDown() throws Exception {
        LyingMirror upstream = LyingMirror.honest(tree.current());
        String page = "simple/" + DemoWheels.LIBRARY + "/";
        String listed;
        try (upstream;
                ProxyUnderDemo first = start(PATIENT, upstream, upstream)) {
            listed = text(first.base(), page).body();
            bytes(first.base(), pathOf(LIBRARY));
        }

        URI second = own(start(PATIENT, upstream, upstream)).base();

        assertThat(text(second, page).body()).isEqualTo(listed);
        assertThat(bytes(second, pathOf(LIBRARY)).body()).isEqualTo(LIBRARY.bytes());
    }

    private LyingMirror mirror(Lie lie) throws IOException {
        return own(LyingMirror.start(tree, lie));
    }

    private URI proxy(Duration patience, LyingMirror signing, LyingMirror... mirrors) throws IOException {
        return own(start(patience, signing, mirrors)).base();
    }

    private ProxyUnderDemo start(Duration patience, LyingMirror signing, LyingMirror... mirrors) throws IOException {
        List<Mirror> list = new ArrayList<>();
        for (LyingMirror mirror : mirrors) {
            list.add(new Mirror("mirror-" + list.size(), mirror.simple(), mirror.base()));
        }
        Duration stall = patience.equals(PATIENT) ? Duration.ofMillis(500) : PATIENT;
        ProxyUnderDemo.Setup setup = new ProxyUnderDemo.Setup(
                root,
                signing.metadata(),
                signing.base(),
                list,
                data,
                patience,
                256 << 10,
                Duration.ofMillis(200),
                stall);
        return DemoCommand.start(setup, InstantSource.system());
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.add(resource);
        return resource;
    }

    /** Where a wheel is published, without a leading slash. */
    private static String pathOf(WheelFile wheel) throws IOException {
        return tree.wheels().stream()
                .filter(w -> w.endsWith(wheel.filename()))
                .map(w -> tree.current().relativize(w).toString())
                .findFirst()
                .orElseThrow();
    }

    private static boolean isTimestamp(String path) {
        return path.endsWith("/timestamp.json");
    }

    private HttpRequest.Builder request(URI proxy, String path) {
        return HttpRequest.newBuilder(proxy.resolve(path)).timeout(Duration.ofSeconds(60));
    }

    private HttpResponse<String> text(URI proxy, String path) throws IOException, InterruptedException {
        return client.send(request(proxy, path).build(), BodyHandlers.ofString(UTF_8));
    }

    private HttpResponse<byte[]> bytes(URI proxy, String path) throws IOException, InterruptedException {
        return client.send(request(proxy, path).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<InputStream> open(URI proxy, String path) throws IOException, InterruptedException {
        return client.send(request(proxy, path).build(), BodyHandlers.ofInputStream());
    }
}
