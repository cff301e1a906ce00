package dev.assay.web;

import dev.assay.crypto.Digest;
import dev.assay.crypto.HashAlgorithm;
import dev.assay.gate.Newcomers;
import dev.assay.gate.Outcome;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.EntityTags;
import dev.assay.server.Handler;
import dev.assay.server.Headers;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A follower that stands apart, as proxies see it: the tree that it publishes, for everybody, since all of it is signed; and {@code POST
 * /follow/<project>}, for those with an account, which answers when what the index says of that project is published (200), or that there is
 * no such project (204).
 */
public final class FollowRoutes implements Handler {
    /** The status that tells an asking proxy that no more projects are taken. */
    public static final int NOT_TAKEN = Answers.status(Outcome.Reason.NOT_TAKEN, Answers.Asked.PAGE);

    private static final String FOLLOW = "/follow/";
    /** Below the time that a proxy waits for a response head. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private static final Response NOTHING = Answers.problem(404, "Not found", "nothing is published there");

    private final Path published;
    private final Newcomers newcomers;
    private final Answers answers;
    private final Optional<Guard> guard;

    /**
     * The routes over a published tree.
     *
     * @param accounts of those who may ask for a project; empty for nobody
     */
    public FollowRoutes(
            Path published, Newcomers newcomers, Optional<Accounts> accounts, Metrics metrics, AuditLog audit) {
        this.published = published;
        this.newcomers = newcomers;
        this.answers = new Answers(metrics, audit);
        this.guard = accounts.map(present -> new Guard(this::follow, List.of(), accounts));
    }

    /**
     * What operators ask of it, for a listener of its own: {@code /-/healthz}, {@code /-/status}, {@code /-/metrics}.
     *
     * @param following how it goes with the index, in one line
     */
    public static Handler operations(Metrics metrics, Supplier<String> following) {
        return request -> switch (request.path()) {
            case "/-/healthz" -> Answers.text(200, "ok\n");
            case "/-/status" -> Answers.text(200, "following: " + Answers.ascii(following.get(), 1000) + "\n");
            case "/-/metrics" -> Operations.metrics(metrics);
            default -> Answers.problem(404, "Not found", "expected: /-/healthz, /-/status or /-/metrics");
        };
    }

    /** Reads the accounts anew. */
    public void reload() throws IOException {
        if (guard.isPresent()) {
            guard.get().reload();
        }
    }

    @Override
    public Reply handle(Request request) {
        Optional<String> path = RequestPath.decode(request.path());
        if (path.isEmpty()) {
            return Answers.problem(400, "Bad request", "the path can't name anything here");
        }
        if (path.get().startsWith(FOLLOW)) {
            return guard.isPresent()
                    ? guard.get().handle(request)
                    : Answers.problem(403, "Forbidden", "this follower takes no projects from others");
        }
        return request.method().equals("GET") || request.method().equals("HEAD")
                ? file(request, path.get())
                : notAllowed("GET, HEAD");
    }

    private static Response notAllowed(String methods) {
        return new Response(405, null, Headers.NONE.with("Allow", methods), BytesBody.EMPTY);
    }

    private Reply follow(Request request) {
        if (!request.method().equals("POST")) {
            return notAllowed("POST");
        }
        ProjectName project;
        try {
            project = new ProjectName(request.path().substring(FOLLOW.length()));
        } catch (IllegalArgumentException e) {
            return Answers.problem(404, "Not found", "expected: " + FOLLOW + " and a normalized name");
        }
        Outcome<ProjectName> followed =
                newcomers.ask(project, request.received().plus(MAX_WAIT));
        if (followed.is(Outcome.Reason.NOT_FOUND)) { // no 404, which a wrong URL gets
            return new Response(204, null, Headers.NONE.with("Cache-Control", "no-store"), BytesBody.EMPTY);
        }
        return followed instanceof Outcome.Found<ProjectName>
                ? Answers.text(200, "signed\n")
                : answers.without(followed, Answers.Asked.PAGE, request);
    }

    /** All that lies there is what the author itself wrote: a page or metadata, some megabytes at most. */
    private Response file(Request request, String path) {
        Path file = published.resolve(path.substring(1) + (path.endsWith("/") ? "index.html" : ""));
        if (!Files.isRegularFile(file)) {
            return NOTHING;
        }
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return NOTHING; // collected just now
        } catch (IOException e) {
            return Answers.problem(503, "Not available", "a local fault");
        }
        String tag = "\"" + Digest.of(HashAlgorithm.SHA256, content).hex() + "\"";
        Headers headers = Headers.NONE.with("ETag", tag).with("Cache-Control", "no-cache");
        return EntityTags.ifNoneMatch(request.headers(), tag)
                ? new Response(304, null, headers, BytesBody.EMPTY)
                : new Response(200, null, headers.with("Content-Type", type(path)), BytesBody.of(content));
    }

    private static String type(String path) {
        return path.endsWith(".json") ? "application/json" : "text/html; charset=utf-8";
    }
}
