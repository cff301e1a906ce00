package dev.assay.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.assay.gate.Index;
import dev.assay.gate.Outcome;
import dev.assay.gate.ProjectPages;
import dev.assay.gate.VerifiedPage;
import dev.assay.server.BytesBody;
import dev.assay.server.EntityTags;
import dev.assay.server.Headers;
import dev.assay.server.Reply;
import dev.assay.server.Request;
import dev.assay.server.Response;
import dev.assay.simple.PageFormat;
import dev.assay.simple.ProjectName;
import java.util.List;
import java.util.Optional;

/** {@code /simple/<project>/} and {@code /simple/}: the verified page in the representation that the client prefers (PEP 691). */
final class PageHandler {
    private static final int MAX_PREFERENCES = 256;

    private record Asked(List<String> accept, List<String> codings, String query) {}

    private record Preference(PageFormat format, boolean gzip) {}

    private final Cache<Asked, Preference> preferences = Caffeine.newBuilder()
            .maximumSize(MAX_PREFERENCES)
            .executor(Runnable::run)
            .build();
    private final Index index;
    private final RenderedPages rendered = new RenderedPages();
    private final Answers answers;

    PageHandler(Index index, Answers answers) {
        this.index = index;
        this.answers = answers;
    }

    /**
     * Answers with the page, or says where it is.
     *
     * @param name as it stands in the path, decoded, without a trailing slash
     */
    Reply handle(Request request, String name, boolean slash) {
        ProjectName project;
        try {
            project = ProjectName.normalize(name);
        } catch (IllegalArgumentException e) {
            return Answers.problem(404, "Not found", "no valid project name: " + name);
        }
        if (!slash || !project.value().equals(name)) {
            return moved(request, "/simple/" + project + "/");
        }
        Outcome<VerifiedPage> outcome = index.page(project, request.received().plus(Answers.MAX_WAIT));
        if (!(outcome instanceof Outcome.Found<VerifiedPage> found)) {
            return answers.without(outcome, Answers.Asked.PAGE, request);
        }
        Preference wants = preference(request);
        Response response = page(request, rendered.render(found.value(), wants.format(), wants.gzip()));
        return answers.under(found.grace(), response);
    }

    /** The list of projects, where the repository signs one. */
    Reply list(Request request) {
        Outcome<ProjectPages.ProjectList> outcome =
                index.list(request.received().plus(Answers.MAX_WAIT));
        if (!(outcome instanceof Outcome.Found<ProjectPages.ProjectList> found)) {
            return answers.without(outcome, Answers.Asked.PAGE, request);
        }
        Preference wants = preference(request);
        Response response = page(request, rendered.render(found.value(), wants.format(), wants.gzip()));
        return answers.under(found.grace(), response);
    }

    /** The page, if trust, page and rendering are all in memory. */
    Optional<Response> inMemory(Request request, String name) {
        ProjectName project;
        try {
            project = new ProjectName(name);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        Preference wants = preference(request);
        return index.pageInMemory(project)
                .flatMap(page -> rendered.inMemory(page, wants.format(), wants.gzip()))
                .map(found -> page(request, found));
    }

    private static Response page(Request request, RenderedPages.Rendered page) {
        return EntityTags.ifNoneMatch(request.headers(), page.etag()) ? page.unchanged() : page.whole();
    }

    /** What a client takes, as few of them say it in many ways: so it is worked out once for each. */
    private Preference preference(Request request) {
        Asked asked =
                new Asked(request.headers().all("Accept"), request.headers().all("Accept-Encoding"), request.query());
        return preferences.get(asked, PageHandler::preference);
    }

    private static Preference preference(Asked asked) {
        PageFormat format = PageFormat.negotiate(
                asked.accept(), QueryString.parameter(asked.query(), "format").orElse(null));
        return new Preference(format, Gzip.accepted(asked.codings()));
    }

    /** To another path with the same query. pip caches permanent redirects for ever: so it must not be stored. */
    static Response moved(Request request, String path) {
        String location = request.query().isEmpty() ? path : path + "?" + request.query();
        Headers headers = Headers.NONE
                .with("Location", location)
                .with("Cache-Control", "no-store")
                .with("Access-Control-Allow-Origin", "*");
        return new Response(301, null, headers, BytesBody.EMPTY);
    }
}
