package dev.assay.web;

import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.Headers;
import dev.assay.server.Response;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code /-/healthz}, {@code /-/readyz}, {@code /-/metrics}, {@code /-/evidence}: for balancers and operators. */
final class Operations {
    private final Metrics metrics;
    private final Supplier<Optional<String>> notReady;
    private final Supplier<byte[]> evidence;

    /**
     * The operations endpoints.
     *
     * @param notReady why the proxy can't vouch for anything now; empty when it can
     * @param evidence against mirrors that served wrong bytes, in JSON
     */
    Operations(Metrics metrics, Supplier<Optional<String>> notReady, Supplier<byte[]> evidence) {
        this.metrics = metrics;
        this.notReady = notReady;
        this.evidence = evidence;
    }

    Response handle(String name) {
        return switch (name) {
            case "healthz" -> Answers.text(200, "ok\n");
            case "readyz" ->
                notReady.get()
                        .map(reason -> Answers.text(503, "not ready: " + Answers.ascii(reason, 500) + "\n"))
                        .orElseGet(() -> Answers.text(200, "ready\n"));
            case "metrics" -> metrics();
            case "evidence" -> evidence();
            default -> Answers.problem(404, "Not found", "expected: /-/healthz, /-/readyz, /-/metrics or /-/evidence");
        };
    }

    private Response metrics() {
        Headers headers =
                Headers.NONE.with("Content-Type", Metrics.CONTENT_TYPE).with("Cache-Control", "no-store");
        return new Response(200, null, headers, BytesBody.of(metrics.expose().getBytes(StandardCharsets.UTF_8)));
    }

    private Response evidence() {
        Headers headers = Headers.NONE.with("Content-Type", "application/json").with("Cache-Control", "no-store");
        return new Response(200, null, headers, BytesBody.of(evidence.get()));
    }
}
