package dev.assay.web;

import dev.assay.encoding.JsonInteger;
import dev.assay.encoding.JsonObject;
import dev.assay.encoding.JsonString;
import dev.assay.encoding.JsonValue;
import dev.assay.encoding.JsonWriter;
import dev.assay.gate.Outcome;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.Headers;
import dev.assay.server.Parked;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Every answer that is no page and no file: the one place where an {@link Outcome} becomes a status code, with the reason in the
 * channels that installers show. pip prints the reason phrase of a 403 for a file, and of a page nothing but a Content-Type that it does not
 * know; uv prints {@code title} and {@code detail} of a problem document (RFC 9457) and reads 401, 403 and 404 of a page as
 * something else.
 */
final class Answers {
    static final String PROBLEM = "application/problem+json";
    /** Of what never changes under its path. */
    static final String IMMUTABLE = "max-age=365000000, immutable";
    /** What a client waits at most for a page or a file: less than the 15 s of silence after which pip gives up. */
    static final Duration MAX_WAIT = Duration.ofSeconds(12);

    private static final String GRACE = "X-Assay-Grace";
    private static final int MAX_REASON = 160;
    private static final int MAX_DETAIL = 1000;

    /** What is asked for: the channels to a person differ. */
    enum Asked {
        PAGE,
        FILE
    }

    private record Problem(int status, String title, String detail, Duration retryAfter) {}

    private final Metrics metrics;
    private final AuditLog audit;

    Answers(Metrics metrics, AuditLog audit) {
        this.metrics = metrics;
        this.audit = audit;
    }

    /** The reply for everything that was not found to be handed over. */
    Reply without(Outcome<?> outcome, Asked asked, Request request) {
        if (outcome instanceof Outcome.Waiting<?> waiting) {
            return new Parked(waiting.subscribe());
        }
        if (outcome instanceof Outcome.Withheld<?> withheld) {
            Outcome.Reason reason = withheld.reason();
            Problem problem =
                    new Problem(status(reason, asked), title(reason), withheld.detail(), withheld.retryAfter());
            return isVerdict(reason) ? withheld(reason, problem, asked, request) : document(problem);
        }
        throw new IllegalArgumentException("found, so it is handed over: " + outcome);
    }

    /** The response, marked and kept out of caches where what it says stands by grace alone. */
    Response under(Optional<String> grace, Response response) {
        if (grace.isEmpty()) {
            return response;
        }
        metrics.grace();
        Headers headers = response.headers()
                .without("Cache-Control")
                .with("Cache-Control", "no-store")
                .with(GRACE, ascii(grace.get(), MAX_REASON));
        return new Response(response.status(), response.reason(), headers, response.body());
    }

    /** A problem that is no outcome of the gate. */
    static Response problem(int status, String title, String detail) {
        return document(new Problem(status, title, detail, Duration.ZERO));
    }

    /** Who asks may not, whatever for: a page's way to tell pip is open here too. */
    static Response forbidden(Request request, String detail) {
        Problem problem = new Problem(403, "Forbidden", detail, Duration.ZERO);
        return request.path().startsWith(Routes.SIMPLE) && isPip(request) ? toldToPip(problem) : document(problem);
    }

    /** A problem that is over after a while. */
    static Response later(int status, String title, String detail, Duration after) {
        return document(new Problem(status, title, detail, after));
    }

    /** Never 5xx for a verdict: installers retry those and lose the reason. */
    static int status(Outcome.Reason reason, Asked asked) {
        return switch (reason) {
            case NOT_FOUND -> 404;
            case REVOKED -> 410;
            case NOT_SIGNED,
                    NO_SUPPORTED_HASH,
                    QUARANTINED,
                    SIGNATURES_DISAGREE,
                    WRONG_BYTES,
                    MALFORMED_PAGE,
                    NOT_TAKEN -> asked == Asked.FILE ? 403 : 409;
            case OTHER_PAGE, UNVERIFIED, UNCONFIRMED -> 424;
            case UPSTREAM -> 502;
            case TIMEOUT -> 504;
            case LOCAL -> 503;
        };
    }

    private static String title(Outcome.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> "Not found";
            case REVOKED -> "Revoked: no longer signed";
            case NOT_SIGNED -> "Refused: not signed";
            case NO_SUPPORTED_HASH -> "Refused: no supported hash is signed";
            case QUARANTINED -> "Refused: project is in quarantine";
            case SIGNATURES_DISAGREE -> "Refused: signed statements disagree";
            case WRONG_BYTES -> "Refused: mirror served other bytes than signed";
            case OTHER_PAGE -> "Refused: upstreams have another page than the signed one";
            case MALFORMED_PAGE -> "Refused: signed page is malformed";
            case UNVERIFIED -> "Signed metadata can't vouch";
            case UNCONFIRMED -> "Refused: not seen at the index lately";
            case NOT_TAKEN -> "Refused: the signer takes no more projects";
            case UPSTREAM -> "No upstream has it";
            case TIMEOUT -> "Upstreams are too slow";
            case LOCAL -> "Not available yet";
        };
    }

    private static boolean isVerdict(Outcome.Reason reason) {
        return switch (reason) {
            case REVOKED,
                    NOT_SIGNED,
                    NO_SUPPORTED_HASH,
                    QUARANTINED,
                    SIGNATURES_DISAGREE,
                    WRONG_BYTES,
                    OTHER_PAGE,
                    MALFORMED_PAGE,
                    UNVERIFIED,
                    UNCONFIRMED,
                    NOT_TAKEN -> true;
            case NOT_FOUND, UPSTREAM, TIMEOUT, LOCAL -> false;
        };
    }

    private Response withheld(Outcome.Reason reason, Problem problem, Asked asked, Request request) {
        metrics.refusal(reason.label());
        audit.record(
                "refused",
                "cause",
                reason.label(),
                "path",
                request.path(),
                "detail",
                problem.detail(),
                "client",
                request.remote().getAddress().getHostAddress(),
                "request",
                request.id());
        return asked == Asked.PAGE && isPip(request) ? toldToPip(problem) : document(problem);
    }

    private static boolean isPip(Request request) {
        return request.headers().first("User-Agent").orElse("").startsWith("pip/");
    }

    private static Response document(Problem problem) {
        Headers headers = Headers.NONE
                .with("Content-Type", PROBLEM)
                .with("Cache-Control", "no-store")
                .with("Access-Control-Allow-Origin", "*");
        if (!problem.retryAfter().isZero()) {
            headers = headers.with(
                    "Retry-After", Long.toString(problem.retryAfter().toSeconds()));
        }
        String reason = ascii(problem.title() + ": " + problem.detail(), MAX_REASON);
        return new Response(problem.status(), reason, headers, BytesBody.of(json(problem)));
    }

    /** The one thing about a page that pip prints: a 200 whose Content-Type it does not know, parameters included. */
    private static Response toldToPip(Problem problem) {
        String detail = ascii(problem.title() + ": " + problem.detail(), MAX_REASON)
                .replace('"', '\'')
                .replace('\\', '/');
        Headers headers = Headers.NONE
                .with("Content-Type", PROBLEM + "; detail=\"" + detail + "\"")
                .with("Cache-Control", "no-store");
        return new Response(200, null, headers, BytesBody.of(json(problem)));
    }

    private static byte[] json(Problem problem) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("title", new JsonString(problem.title()));
        members.put("status", JsonInteger.of(problem.status()));
        members.put("detail", new JsonString(ascii(problem.detail(), MAX_DETAIL)));
        return JsonWriter.write(new JsonObject(members));
    }

    /** Printable ASCII, one line without space at its ends, bounded: what came from upstream can neither split a header nor paint a terminal. */
    static String ascii(String text, int most) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < most; i++) {
            char c = text.charAt(i);
            out.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return out.length() < most
                ? out.toString().strip()
                : out.substring(0, most - 3).strip() + "...";
    }

    /** Plain text, for operators. */
    static Response text(int status, String text) {
        Headers headers =
                Headers.NONE.with("Content-Type", "text/plain; charset=utf-8").with("Cache-Control", "no-store");
        return new Response(status, null, headers, BytesBody.of(text.getBytes(StandardCharsets.UTF_8)));
    }
}
