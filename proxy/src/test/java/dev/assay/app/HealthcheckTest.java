package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.app.demo.ChildProcess;
import dev.assay.server.BytesBody;
import dev.assay.server.Headers;
import dev.assay.server.HttpServer;
import dev.assay.server.Response;
import dev.assay.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a container's engine runs to see whether the proxy works. */
final class HealthcheckTest {
    private static final Path SCRIPT = Path.of("..", "docker", "healthcheck");

    @Test
    void succeedsWhileTheOperatorsAddressSays200() throws Exception {
        assertThat(runsBeside(200)).isTrue();
    }

    @Test
    void failsWhenItSaysAnythingElse() throws Exception {
        assertThat(runsBeside(503)).isFalse();
    }

    @Test
    void failsWhenNobodyListens() throws Exception {
        int port;
        try (HttpServer server = answering(200)) {
            port = server.port();
        }
        assertThat(run(port)).isFalse();
    }

    private static boolean runsBeside(int status) throws IOException {
        try (HttpServer server = answering(status)) {
            return run(server.port());
        }
    }

    private static HttpServer answering(int status) throws IOException {
        return HttpServer.start(
                ServerOptions.DEFAULTS,
                request -> new Response(
                        request.path().equals("/-/healthz") ? status : 404, null, Headers.NONE, BytesBody.EMPTY),
                ended -> {},
                InstantSource.system());
    }

    private static boolean run(int port) throws IOException {
        return ChildProcess.run(
                        List.of("bash", SCRIPT.toString()),
                        Map.of("ASSAY_OPERATIONS_LISTEN", "0.0.0.0:" + port, "PATH", "/usr/bin:/bin"),
                        Duration.ofSeconds(20))
                .succeeded();
    }
}
