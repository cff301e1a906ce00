package dev.assay.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.trust.MetadataSource;
import dev.assay.upstream.UpstreamException.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Metadata files by name, from one base. */
class HttpMetadataSourceTest extends UpstreamTestCase {
    @Test
    void aFileIsFetchedBelowTheBaseByItsEncodedName() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 2", "", "{}"));

        assertThat(source(server).fetch("7.a%2Fb.json", 100))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString().isEqualTo("{}"));
        assertThat(server.requests()).singleElement().asString().startsWith("GET /tuf/7.a%2Fb.json HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 410})
    void theseStatusesSayThatThereIsNoSuchFile(int status) throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 " + status + " No", "Content-Length: 0", "", ""));

        assertThat(source(server).fetch("2.root.json", 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 429, 500, 503, 204})
    void everyOtherStatusIsAFailure(int status) throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 " + status + " No", "Content-Length: 0", "", ""));

        assertThatThrownBy(() -> source(server).fetch("2.root.json", 100)).isInstanceOf(UpstreamException.class);
    }

    @Test
    void moreBytesThanAllowedAreAFailure() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 2", "", "{}"));

        assertThatThrownBy(() -> source(server).fetch("timestamp.json", 1))
                .isInstanceOf(MetadataSource.TooLongException.class);
    }

    @Test
    void aBombIsTooLongBeforeItIsInflated() throws Exception {
        byte[] bomb = gzip(new byte[8 << 20]);
        RawServer server = closing(answering("Content-Encoding: gzip\r\n", bomb));

        assertThatThrownBy(() -> source(server).fetch("timestamp.json", 64 << 10))
                .isInstanceOf(MetadataSource.TooLongException.class);
    }

    @Test
    void gzippedMetadataIsDecoded() throws Exception {
        RawServer server = closing(answering("Content-Encoding: gzip\r\n", gzip("{}".getBytes(US_ASCII))));

        assertThat(text(source(server), "7.snapshot.json")).isEqualTo("{}");
        assertThat(server.requests()).singleElement().asString().contains("Accept-Encoding: gzip\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ETag: \"a\"\r\n|If-None-Match: \"a\"",
                "ETag: W/\"a\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n|If-None-Match: W/\"a\"",
                "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nDate: Thu, 01 Jan 2026 00:00:01 GMT\r\n"
                        + "|If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT"
            })
    void anUnchangedFileIsTheOneThatIsHeld(String headersAndCondition) throws Exception {
        int bar = headersAndCondition.indexOf('|');
        String condition = headersAndCondition.substring(bar + 1);
        RawServer server = closing(validating(headersAndCondition.substring(0, bar), condition));
        HttpMetadataSource source = source(server);

        assertThat(text(source, "timestamp.json")).isEqualTo("first");
        assertThat(text(source, "timestamp.json")).isEqualTo("first");
        assertThat(server.requests().get(1)).contains(condition + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: y",
                "ETag: unquoted",
                "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT",
                "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT"
            })
    void whatCanNotTellTwoVersionsApartIsNotReliedOn(String headers) throws Exception {
        RawServer server = closing(answering(headers + "\r\n", "{}".getBytes(US_ASCII)));
        HttpMetadataSource source = source(server);

        text(source, "timestamp.json");
        text(source, "timestamp.json");

        assertThat(server.requests()).hasSize(2).noneMatch(request -> request.contains("If-"));
    }

    @Test
    void aNameWithAVersionIsAskedForWithoutACondition() throws Exception {
        RawServer server = closing(answering("ETag: \"a\"\r\n", "{}".getBytes(US_ASCII)));
        HttpMetadataSource source = source(server);

        text(source, "7.snapshot.json");
        text(source, "7.snapshot.json");

        assertThat(server.requests()).hasSize(2).noneMatch(request -> request.contains("If-None-Match"));
    }

    @Test
    void afterARefusalTheFileIsFetchedAnew() throws Exception {
        RawServer server = closing(validating("ETag: \"a\"\r\n", "If-None-Match: \"a\""));
        HttpMetadataSource source = source(server);
        text(source, "timestamp.json");

        source.forget();
        text(source, "timestamp.json");

        assertThat(server.requests()).hasSize(2).noneMatch(request -> request.contains("If-None-Match"));
    }

    @Test
    void notModifiedWithoutAConditionIsAFailure() throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 304 Not Modified", "", ""));

        refused(Kind.PROTOCOL, () -> source(server).fetch("timestamp.json", 100));
    }

    private static String text(HttpMetadataSource source, String name) throws IOException {
        return new String(source.fetch(name, 100).orElseThrow(), US_ASCII);
    }

    private static RawServer answering(String headers, byte[] body) throws IOException {
        return new RawServer((request, socket, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n")
                    .getBytes(US_ASCII));
            out.write(body);
        });
    }

    /** 304 where the condition holds. */
    private static RawServer validating(String headers, String condition) throws IOException {
        byte[] changed = ("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 5\r\n\r\nfirst").getBytes(US_ASCII);
        byte[] same = "HTTP/1.1 304 Not Modified\r\n\r\n".getBytes(US_ASCII);
        return new RawServer((request, socket, out) -> out.write(request.contains(condition) ? same : changed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x.json", "a/b.json", "a.json?x", "a.json#x"})
    void aNameIsOneSegment(String name) throws Exception {
        RawServer server = closing(RawServer.sending("HTTP/1.1 200 OK", "Content-Length: 2", "", "{}"));

        assertThatThrownBy(() -> source(server).fetch(name, 100)).isInstanceOf(IllegalArgumentException.class);
    }

    private HttpMetadataSource source(RawServer server) {
        return new HttpMetadataSource(clientFor(server), server.url("/tuf/"));
    }
}
