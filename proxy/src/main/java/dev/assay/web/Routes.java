package dev.assay.web;

import dev.assay.gate.Distributions;
import dev.assay.gate.Index;
import dev.assay.observe.AuditLog;
import dev.assay.observe.Metrics;
import dev.assay.server.BytesBody;
import dev.assay.server.Handler;
import dev.assay.server.Headers;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Every route of the proxy, and nothing else. */
public final class Routes implements Handler {
    static final String SIMPLE = "/simple/";
    static final String OPERATIONS = "/-/";

    private static final String PACKAGES = "/packages/";
    private static final String TUF = "/tuf/";
    private static final String METHODS = "GET, HEAD, OPTIONS";

    /** Of every resource; a page in a browser may read all of them, with any field that it likes (CORS). */
    private static final Headers OPTIONS = Headers.NONE
            .with("Allow", METHODS)
            .with("Access-Control-Allow-Origin", "*")
            .with("Access-Control-Allow-Methods", METHODS)
            .with("Access-Control-Allow-Headers", "*");

    private final PageHandler pages;
    private final FileHandler files;
    private final Operations operations;
    /** By what their paths begin with: nothing where there is one repository, else its name and a slash. */
    private final Map<String, TufHandler> tuf = new LinkedHashMap<>();

    /**
     * The routes over the use cases.
     *
     * @param repositories by name
     * @param evidence against mirrors that served wrong bytes, in JSON
     */
    public Routes(
            Index index,
            Distributions distributions,
            Metrics metrics,
            AuditLog audit,
            Supplier<Map<String, RepositoryState>> repositories,
            Supplier<byte[]> evidence) {
        Answers answers = new Answers(metrics, audit);
        this.pages = new PageHandler(index, answers);
        this.files = new FileHandler(index, distributions, answers, metrics);
        this.operations = new Operations(metrics, repositories, evidence);
        boolean several = index.repositories().size() > 1;
        index.repositories()
                .forEach(each -> tuf.put(several ? each.name() + "/" : "", new TufHandler(each, files, answers)));
    }

    @Override
    public Reply handle(Request request) {
        if (request.method().equals("OPTIONS")) {
            return new Response(204, null, OPTIONS, BytesBody.EMPTY);
        }
        if (!reads(request)) {
            return new Response(405, null, Headers.NONE.with("Allow", METHODS), BytesBody.EMPTY);
        }
        Optional<String> decoded = RequestPath.decode(request.path());
        if (decoded.isEmpty()) {
            return Answers.problem(400, "Bad request", "the path can't name anything here");
        }
        String path = decoded.get();
        if (path.startsWith(PACKAGES) && !path.endsWith("/")) {
            return files.handle(request, path.substring(1));
        }
        if (path.equals("/simple")) {
            return PageHandler.moved(request, SIMPLE);
        }
        if (path.startsWith(SIMPLE)) {
            return simple(request, path.substring(SIMPLE.length()));
        }
        if (path.startsWith(TUF)) {
            return tuf(request, path.substring(TUF.length()));
        }
        if (path.startsWith(OPERATIONS)) {
            return operations.handle(path.substring(OPERATIONS.length()));
        }
        return Answers.problem(404, "Not found", "expected: /simple/<project>/, /packages/... or /tuf/...");
    }

    private Reply tuf(Request request, String rest) {
        for (Map.Entry<String, TufHandler> each : tuf.entrySet()) {
            if (rest.startsWith(each.getKey())) {
                return each.getValue()
                        .handle(request, rest.substring(each.getKey().length()));
            }
        }
        return Answers.problem(404, "Not found", "expected: /tuf/ and one of " + tuf.keySet());
    }

    private Reply simple(Request request, String rest) {
        if (rest.isEmpty()) {
            return pages.list(request);
        }
        int slash = rest.indexOf('/');
        if (slash >= 0 && slash < rest.length() - 1) {
            return Answers.problem(404, "Not found", "expected: /simple/<project>/");
        }
        return pages.handle(request, slash < 0 ? rest : rest.substring(0, slash), slash >= 0);
    }

    /** Pages whose rendering is in memory, where the raw path is already the normalized one, and small files. */
    @Override
    public Optional<Response> answerInMemory(Request request) {
        String path = request.path();
        if (!reads(request) || path.indexOf('%') >= 0) {
            return Optional.empty();
        }
        if (path.startsWith(PACKAGES)) {
            return RequestPath.decode(path).flatMap(decoded -> files.inMemory(request, decoded.substring(1)));
        }
        boolean page = path.startsWith(SIMPLE) && path.indexOf('/', SIMPLE.length()) == path.length() - 1;
        return page && path.length() > SIMPLE.length() + 1
                ? pages.inMemory(request, path.substring(SIMPLE.length(), path.length() - 1))
                : Optional.empty();
    }

    private static boolean reads(Request request) {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    /** The route of a path as metrics label it: one of six words. */
    public static String label(String path) {
        if (path.startsWith(SIMPLE)) {
            return "simple";
        }
        if (path.startsWith(PACKAGES)) {
            return path.endsWith(".metadata") ? "metadata" : "file";
        }
        if (path.startsWith(TUF)) {
            return "tuf";
        }
        return path.startsWith(OPERATIONS) ? "operations" : "other";
    }
}
