package dev.assay.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate of its own. */
abstract class TlsTestCase {
    @TempDir
    Path folder;

    TestTls tls;
    private @Nullable HttpServer server;

    @BeforeEach
    final void issue() throws IOException {
        tls = TestTls.in(folder);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** Starts it; it stops with the test. */
    final HttpServer start(ServerOptions options, Handler handler, ExchangeListener listener) throws IOException {
        HttpServer started = HttpServer.start(options, handler, listener, InstantSource.system());
        server = started;
        return started;
    }

    final HttpServer server() {
        return Objects.requireNonNull(server, "not started");
    }
}
