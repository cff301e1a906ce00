package dev.assay.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.server.BytesBody;
import dev.assay.server.Handler;
import dev.assay.server.Headers;
import dev.assay.server.HttpServer;
import dev.assay.server.Response;
import dev.assay.server.ServerOptions;
import dev.assay.server.TestTls;
import dev.assay.upstream.UpstreamException.Kind;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 is spoken where it is offered, within the same limits. */
final class Http2UpstreamTest extends UpstreamTestCase {
    private static final byte[] BODY = "x".repeat(200_000).getBytes(US_ASCII);

    private final Queue<String> protocols = new ConcurrentLinkedQueue<>();
    private final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

    @TempDir
    private Path folder;

    private TestTls tls;

    @BeforeEach
    void issue() throws Exception {
        tls = TestTls.in(folder);
    }

    private URI start() throws Exception {
        Handler handler = request -> {
            connections.add(request.remote());
            return new Response(200, null, Headers.NONE, BytesBody.of(BODY));
        };
        HttpServer server = closing(HttpServer.start(
                ServerOptions.DEFAULTS.withListen("127.0.0.1", 0).withTls(tls.options()),
                handler,
                ended -> protocols.add(ended.protocol()),
                InstantSource.system()));
        return URI.create("https://127.0.0.1:" + server.port() + "/");
    }

    private UpstreamClient client(URI url) throws Exception {
        Access access = Access.PLAIN.with(Authorities.in(tls.authority()));
        return closing(new UpstreamClient(generous(url.getHost() + ":" + url.getPort()), access, List.of(url)));
    }

    @Test
    void itIsSpokenWhereItIsOffered() throws Exception {
        URI url = start();

        assertThat(download(client(url), url.resolve("file"), MAX_BYTES)).isEqualTo(BODY);

        assertThat(protocols).containsExactly("HTTP/2");
    }

    @Test
    void transfersShareAConnectionAndOneThatIsGivenUpLeavesTheOthersWhole() throws Exception {
        URI url = start();
        UpstreamClient client = client(url);
        List<Download> downloads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            downloads.add(closing(client.open(url.resolve("file-" + i), MAX_BYTES)));
        }

        downloads.get(1).close();

        for (int i : new int[] {0, 2, 3}) {
            assertThat(readAll(downloads.get(i))).isEqualTo(BODY);
        }
        assertThat(connections).hasSize(1);
    }

    @Test
    void aStreamThatEndsBeforeItsLengthIsCut() throws Exception {
        RawHttp2Server server = closing(new RawHttp2Server(tls, 1000, 400));
        UpstreamClient client = client(server.url());

        refused(Kind.CUT, () -> download(client, server.url(), MAX_BYTES));
    }

    @Test
    void aStreamThatGoesOnBeyondItsLengthIsCut() throws Exception {
        RawHttp2Server server = closing(new RawHttp2Server(tls, 400, 1000));
        UpstreamClient client = client(server.url());

        refused(Kind.CUT, () -> download(client, server.url(), MAX_BYTES));
    }
}
