package dev.assay.web;

import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.Headers;
import dev.assay.server.Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/** {@code /-/healthz}, {@code /-/readyz}, {@code /-/status}, {@code /-/metrics}, {@code /-/evidence}: for balancers and operators. */
final class Operations {
    private final Metrics metrics;
    private final Supplier<Map<String, RepositoryState>> repositories;
    private final Supplier<byte[]> evidence;

    /**
     * The operations endpoints.
     *
     * @param repositories by name
     * @param evidence against mirrors that served wrong bytes, in JSON
     */
    Operations(Metrics metrics, Supplier<Map<String, RepositoryState>> repositories, Supplier<byte[]> evidence) {
        this.metrics = metrics;
        this.repositories = repositories;
        this.evidence = evidence;
    }

    Response handle(String name) {
        return switch (name) {
            case "healthz" -> Answers.text(200, "ok\n");
            case "readyz" -> readiness(repositories.get());
            case "status" -> status(repositories.get());
            case "metrics" -> metrics(metrics);
            case "evidence" -> evidence();
            default ->
                Answers.problem(
                        404, "Not found", "expected: /-/healthz, /-/readyz, /-/status, /-/metrics or /-/evidence");
        };
    }

    /** Ready while one repository can vouch: what belongs to that one must not suffer from another's failure. */
    private static Response readiness(Map<String, RepositoryState> repositories) {
        boolean ready = repositories.values().stream()
                .anyMatch(state -> state.notReady().isEmpty());
        StringBuilder text = new StringBuilder();
        repositories.forEach((name, state) -> text.append(repositories.size() == 1 ? "" : name + ": ")
                .append(readiness(state))
                .append('\n'));
        return Answers.text(ready ? 200 : 503, text.toString());
    }

    private static String readiness(RepositoryState state) {
        return state.notReady()
                .map(reason -> "not ready: " + Answers.ascii(reason, 500))
                .or(() -> state.grace().map(reason -> "ready, for what is stored alone: " + Answers.ascii(reason, 500)))
                .orElse("ready");
    }

    private static Response status(Map<String, RepositoryState> repositories) {
        StringBuilder text = new StringBuilder();
        repositories.forEach((name, state) -> {
            text.append(name).append(": ").append(readiness(state));
            text.append("\n  trusted: ").append(Answers.ascii(state.trusted(), 1000));
            state.following().ifPresent(line -> text.append("\n  following: ").append(Answers.ascii(line, 1000)));
            text.append('\n');
        });
        return Answers.text(200, text.toString());
    }

    static Response metrics(Metrics metrics) {
        Headers headers =
                Headers.NONE.with("Content-Type", Metrics.CONTENT_TYPE).with("Cache-Control", "no-store");
        return new Response(200, null, headers, BytesBody.of(metrics.expose().getBytes(StandardCharsets.UTF_8)));
    }

    private Response evidence() {
        Headers headers = Headers.NONE.with("Content-Type", "application/json").with("Cache-Control", "no-store");
        return new Response(200, null, headers, BytesBody.of(evidence.get()));
    }
}
