package dev.assay.app.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each lie is told as it is described: a test of the proxy means nothing when its liar is honest. */
final class LyingMirrorTest {
    private static final String WHEEL_PATH = "/packages/aa/bb/cc/" + DemoWheels.LIBRARY_WHEEL.filename();
    private static final byte[] GENUINE = DemoWheels.LIBRARY_WHEEL.bytes();
    private static final String HTML_PAGE = "/simple/assay-demo-library/";
    private static final String JSON_PAGE = "/simple/assay-demo-library/vnd.pypi.simple.v1.json";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable LyingMirror started;

    @BeforeEach
    void publish() throws IOException {
        Path current = folder.resolve("current");
        String hash = PublishedTree.sha256(GENUINE);
        write(current, WHEEL_PATH, GENUINE);
        write(current, "/packages/aa/dd/ee/" + DemoWheels.APP_WHEEL.filename(), DemoWheels.APP_WHEEL.bytes());
        write(
                current,
                WHEEL_PATH + ".metadata",
                DemoWheels.LIBRARY_WHEEL.metadata().getBytes(UTF_8));
        write(
                current,
                HTML_PAGE + "index.html",
                ("<html><body><a href=\"../.." + WHEEL_PATH + "#sha256=" + hash + "\">w</a></body></html>")
                        .getBytes(UTF_8));
        write(current, JSON_PAGE, ("{\"files\":[{\"hashes\":{\"sha256\":\"" + hash + "\"}}]}").getBytes(UTF_8));
        for (String time : new String[] {"current", "earlier", "expired"}) {
            Path root = folder.resolve(time);
            write(root, "/metadata/timestamp.json", (time + " timestamp").getBytes(UTF_8));
            write(root, "/metadata/1.root.json", "the root".getBytes(UTF_8));
        }
        write(current, "/metadata/7.targets.json", "current targets".getBytes(UTF_8));
        write(folder.resolve("earlier"), "/metadata/5.targets.json", "earlier targets".getBytes(UTF_8));
    }

    @AfterEach
    void close() {
        mirror().close();
    }

    @Test
    void anHonestMirrorServesWhatWasPublished() throws Exception {
        start(Lie.NONE);

        assertThat(get(WHEEL_PATH).body()).isEqualTo(GENUINE);
        assertThat(text(HTML_PAGE)).contains("<html>");
        assertThat(get("/packages/no/such").statusCode()).isEqualTo(404);
    }

    @Test
    void nothingOutsideThePublishedFolderIsServed() throws Exception {
        start(Lie.NONE);

        assertThat(get("/%2e%2e/expired/metadata/timestamp.json").statusCode()).isEqualTo(404);
    }

    @Test
    void flippedByteDiffersInOneByte() throws Exception {
        start(Lie.FLIPPED_BYTE);

        byte[] served = get(WHEEL_PATH).body();
        int differing = 0;
        for (int i = 0; i < GENUINE.length; i++) {
            differing += served[i] == GENUINE[i] ? 0 : 1;
        }

        assertThat(served).hasSameSizeAs(GENUINE);
        assertThat(differing).isEqualTo(1);
    }

    @Test
    void truncatedIsACompleteAnswerOfThePrefix() throws Exception {
        start(Lie.TRUNCATED);

        byte[] served = get(WHEEL_PATH).body();

        assertThat(served).hasSize(GENUINE.length - 100);
        assertThat(GENUINE).startsWith(served);
    }

    @Test
    void longerBeginsWithTheGenuineBytes() throws Exception {
        start(Lie.LONGER);

        assertThat(get(WHEEL_PATH).body()).startsWith(GENUINE).hasSize(GENUINE.length + 100);
    }

    @Test
    void otherWheelIsAnotherGenuineOne() throws Exception {
        start(Lie.OTHER_WHEEL);

        assertThat(get(WHEEL_PATH).body()).isEqualTo(DemoWheels.APP_WHEEL.bytes());
    }

    @Test
    void aPageWithOtherHashesNamesTheEvilWheelThatIsServedThen() throws Exception {
        start(Lie.PAGE_OTHER_HASHES);

        String evil = PublishedTree.sha256(get(WHEEL_PATH).body());

        assertThat(text(HTML_PAGE)).contains(evil).doesNotContain(PublishedTree.sha256(GENUINE));
        assertThat(text(JSON_PAGE)).contains(evil).doesNotContain(PublishedTree.sha256(GENUINE));
    }

    @Test
    void aPageWithAnExtraFileListsANewerWheelThatIsServed() throws Exception {
        start(Lie.PAGE_EXTRA_FILE);
        String extra =
                LyingMirror.EXTRA_FOLDER + EvilPages.extra(DemoWheels.LIBRARY).filename();

        String hash = PublishedTree.sha256(get(extra).body());

        assertThat(text(HTML_PAGE)).contains(extra + "#sha256=" + hash);
        assertThat(text(JSON_PAGE)).contains(extra, hash);
        assertThat(get(WHEEL_PATH).body()).isEqualTo(GENUINE);
    }

    @Test
    void alteredMetadataHasOneMoreDependency() throws Exception {
        start(Lie.ALTERED_METADATA);

        assertThat(text(WHEEL_PATH + ".metadata")).contains("\nRequires-Dist: evil-dependency\n");
        assertThat(get(WHEEL_PATH).body()).isEqualTo(GENUINE);
    }

    @Test
    void rollbackServesTheEarlierMetadata() throws Exception {
        start(Lie.ROLLBACK);

        assertThat(text("/metadata/timestamp.json")).isEqualTo("earlier timestamp");
        assertThat(get("/metadata/7.targets.json").statusCode()).isEqualTo(404);
    }

    @Test
    void freezeServesTheExpiredMetadata() throws Exception {
        start(Lie.FROZEN);

        assertThat(text("/metadata/timestamp.json")).isEqualTo("expired timestamp");
    }

    @Test
    void mixAndMatchServesEarlierTargetsUnderTodaysTimestamp() throws Exception {
        start(Lie.MIX_AND_MATCH);

        assertThat(text("/metadata/timestamp.json")).isEqualTo("current timestamp");
        assertThat(text("/metadata/7.targets.json")).isEqualTo("earlier targets");
    }

    @Test
    void anEndlessBodyGoesOnPastTheFile() throws Exception {
        start(Lie.ENDLESS_BODY);

        try (InputStream body = open(WHEEL_PATH).body()) {
            assertThat(body.readNBytes(1 << 20)).hasSize(1 << 20);
        }
    }

    @Test
    void aSlowBodyClaimsItsLengthAndBeginsGenuinely() throws Exception {
        start(Lie.SLOW_BODY);

        HttpResponse<InputStream> response = open(WHEEL_PATH);

        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(GENUINE.length);
        assertThat(response.body().read()).isEqualTo(GENUINE[0] & 0xff);
    }

    @Test
    void aRedirectLeadsToAnotherPortThatCounts() throws Exception {
        start(Lie.REDIRECT);

        HttpResponse<byte[]> response = get(WHEEL_PATH);
        URI elsewhere = URI.create(response.headers().firstValue("Location").orElseThrow());

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(elsewhere.getPort()).isNotEqualTo(mirror().base().getPort());
        assertThat(client.send(HttpRequest.newBuilder(elsewhere).build(), BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(GENUINE);
        assertThat(mirror().count(path -> path.startsWith("elsewhere:"))).isEqualTo(1);
    }

    @Test
    void anEvilPrefixIsSentAndThenCut() throws Exception {
        started = LyingMirror.start(tree(), Lie.EVIL_PREFIX_THEN_CUT, Duration.ofMinutes(5));
        int prefix = GENUINE.length / 4 * 3;

        HttpResponse<InputStream> response = open(WHEEL_PATH);
        byte[] begun = response.body().readNBytes(prefix);
        mirror().cutNow();

        assertThat(begun).hasSize(prefix);
        assertThat(begun[0]).isNotEqualTo(GENUINE[0]);
        assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void everyRequestIsCounted() throws Exception {
        start(Lie.NONE);

        text(HTML_PAGE);
        get(WHEEL_PATH);
        get(WHEEL_PATH);

        assertThat(mirror().requests()).containsEntry(HTML_PAGE, 1).containsEntry(WHEEL_PATH, 2);
        assertThat(mirror().fileRequests()).isEqualTo(2);
    }

    @Test
    void closingEndsATransferThatIsUnderWay() throws Exception {
        start(Lie.SLOW_BODY);
        HttpResponse<InputStream> response = open(WHEEL_PATH);

        mirror().close();

        assertThatThrownBy(() -> response.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    private void start(Lie lie) throws IOException {
        started = LyingMirror.start(tree(), lie);
    }

    private LyingMirror mirror() {
        return Objects.requireNonNull(started, "no mirror was started");
    }

    private PublishedTree tree() {
        return new PublishedTree(folder.resolve("current"), folder.resolve("earlier"), folder.resolve("expired"));
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), BodyHandlers.ofByteArray());
    }

    private HttpResponse<InputStream> open(String path) throws IOException, InterruptedException {
        return client.send(request(path), BodyHandlers.ofInputStream());
    }

    private String text(String path) throws IOException, InterruptedException {
        return new String(get(path).body(), UTF_8);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(mirror().base() + path.substring(1)))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private static void write(Path root, String path, byte[] bytes) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, bytes);
    }
}
