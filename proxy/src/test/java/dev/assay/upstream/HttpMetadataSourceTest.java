package dev.assay.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.upstream.UpstreamException.Kind;
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

        refused(Kind.TOO_LARGE, () -> source(server).fetch("timestamp.json", 1));
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
