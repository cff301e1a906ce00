package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonReader;
import dev.assay.server.TestTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What uv does over TLS, in HTTP/2, as it is described in its source: a page, then a wheel's metadata out of the wheel. */
final class UvRequestsTest extends InstallerTestCase {
    private static final byte[] WHEEL = DemoWheels.DATA_WHEEL.bytes();

    private HttpClient client;
    private URI wheel;

    @BeforeEach
    void readThePage() throws Exception {
        TestTls tls = TestTls.in(folder);
        LyingMirror honest = mirror(Lie.NONE);
        URI index = serve("tls: {certificate: " + tls.certificate() + ", key: " + tls.key() + "}\n", honest, honest);
        client = HttpClient.newBuilder().sslContext(tls.client()).build();
        URI page = index.resolve(DemoWheels.DATA + "/");
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(page)
                        .header(
                                "Accept",
                                "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01")
                        .build(),
                BodyHandlers.ofByteArray());
        JsonObject file = (JsonObject) JsonReader.parseObject(answer.body(), JsonReader.Numbers.ANY)
                .array("files")
                .get(0);
        wheel = page.resolve(file.string("url"));
    }

    @Test
    void headPromisesNoRangesOfAWheelThatIsNotStored() throws Exception {
        HttpResponse<byte[]> head = ask("HEAD", "");

        assertThat(head.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(head.headers().firstValue("accept-ranges")).hasValue("none");
        assertThat(head.headers().firstValue("content-length")).hasValue(String.valueOf(WHEEL.length));
    }

    @Test
    void theEndOfAStoredWheelIsReadAndThenAnEntry() throws Exception {
        assertThat(ask("GET", "").body()).isEqualTo(WHEEL);

        assertThat(ask("HEAD", "").headers().firstValue("accept-ranges")).hasValue("bytes");
        HttpResponse<byte[]> end = ask("GET", "bytes=-16384");
        assertThat(end.statusCode()).isEqualTo(206);
        assertThat(end.body()).isEqualTo(Arrays.copyOfRange(WHEEL, WHEEL.length - 16_384, WHEEL.length));
        assertThat(ask("GET", "bytes=30-129").body()).isEqualTo(Arrays.copyOfRange(WHEEL, 30, 130));
    }

    @Test
    void theMetadataFileIsServedBesideTheWheel() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(wheel + ".metadata")).build();

        HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());

        assertThat(new String(answer.body(), UTF_8)).contains("Name: " + DemoWheels.DATA);
    }

    private HttpResponse<byte[]> ask(String method, String range) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(wheel)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .header("Accept-Encoding", "identity");
        if (!range.isEmpty()) {
            request.header("Range", range);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }
}
