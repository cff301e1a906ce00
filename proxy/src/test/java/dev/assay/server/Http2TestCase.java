package dev.assay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/** HTTP/2 over the real server, with something to answer for every way in which an exchange can go. */
abstract class Http2TestCase extends TlsTestCase {
    final BlockingQueue<ExchangeListener.Ended> ended = new LinkedBlockingQueue<>();
    final BlockingQueue<PatternBody> bodies = new LinkedBlockingQueue<>();
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    @AfterEach
    final void stop() {
        release.countDown();
        super.stop();
    }

    final void start(ServerOptions options) throws IOException {
        start(options.withTls(tls.options()), this::answer, ended::add);
    }

    final Http2Client connect() throws Exception {
        return Http2Client.connect(tls, server().port());
    }

    static byte[] request(String method, String path) {
        return Http2Client.fields(":method", method, ":scheme", "https", ":path", path, ":authority", "a");
    }

    private Reply answer(Request request) {
        String path = request.path();
        if (path.startsWith("/pumped/")) {
            return response(new PatternBody(Long.parseLong(path.substring("/pumped/".length()))));
        }
        return switch (path) {
            case "/memory" -> response(BytesBody.hot(PatternBody.expected(1_000_000)));
            case "/cut" ->
                response(new PatternBody(100_000) {
                    @Override
                    long available(long position) throws BodyCutException {
                        if (position >= 60_000) {
                            throw new BodyCutException("the hash differs");
                        }
                        return 60_000;
                    }
                });
            case "/park" -> new Parked(wake -> {});
            case "/status/204" -> new Response(204, null, Headers.NONE, BytesBody.EMPTY);
            case "/block" -> {
                HttpServerTest.await(release);
                yield response(BytesBody.of("hello\n".getBytes(US_ASCII)));
            }
            default -> response(BytesBody.of("hello\n".getBytes(US_ASCII)));
        };
    }

    private Response response(Body body) {
        if (body instanceof PatternBody pattern) {
            bodies.add(pattern);
        }
        return new Response(200, null, Headers.NONE, body);
    }
}
