package dev.assay.web;

import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.Headers;
import dev.assay.server.Response;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /-/healthz}, {@code /-/readyz}, {@code /-/metrics}: for balancers and operators. */
final class Operations {
    private final Metrics metrics;
    private final Supplier<Optional<String>> notReady;

    /**
     * The operations endpoints.
     *
     * @param notReady why the proxy can't vouch for anything now; empty when it can
     */
    Operations(Metrics metrics, Supplier<Optional<String>> notReady) {
        this.metrics = metrics;
        this.notReady = notReady;
    }

    Response handle(String name) {
        return switch (name) {
            case "healthz" -> Answers.text(200, "ok\n");
            case "readyz" ->
                notReady.get()
                        .map(reason -> Answers.text(503, "not ready: " + Answers.ascii(reason, 500) + "\n"))
                        .orElseGet(() -> Answers.text(200, "ready\n"));
            case "metrics" -> metrics();
            default -> Answers.problem(404, "Not found", "expected: /-/healthz, /-/readyz or /-/metrics");
        };
    }

    private Response metrics() {
        Headers headers =
                Headers.NONE.with("Content-Type", Metrics.CONTENT_TYPE).with("Cache-Control", "no-store");
        return new Response(200, null, headers, BytesBody.of(metrics.expose().getBytes(StandardCharsets.UTF_8)));
    }
}
