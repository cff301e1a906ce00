package dev.assay.app.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The splice: an evil beginning reaches the client before it could be verified, the mirror hangs up, and the client resumes from an
 * honest mirror. No client may end with a file of which one part is evil, whatever it does to resume.
 */
final class SpliceScenes {
    private static final String THEN_HONEST = "  then an honest mirror goes on";
    private static final Pattern LINK = Pattern.compile("href=\"([^\"#]*\\.whl)(?=[\"#])");

    private final Stage stage;
    private final Optional<Pip> resumingPip;
    private final Map<String, String> environment;

    SpliceScenes(Stage stage, Optional<Pip> resumingPip, Map<String, String> environment) {
        this.stage = stage;
        this.resumingPip = resumingPip;
        this.environment = environment;
    }

    List<Scene> all() {
        String resuming =
                resumingPip.map(p -> "  resumed by pip " + p.version()).orElse("  resumed by pip >= 25.2");
        return List.of(
                new Scene("  pip run again", THEN_HONEST, Outcome.INSTALLED, "Successfully", this::pipAgain),
                new Scene(resuming, THEN_HONEST, Outcome.INSTALLED, "Successfully", this::pipResumes),
                new Scene("  resumed by curl -C -", THEN_HONEST, Outcome.INSTALLED, "genuine", this::curlResumes));
    }

    /** A pip may fail on the cut body, but the next run must get the genuine file. */
    private Scene.Sight pipAgain() throws IOException {
        return withSplice(proxy -> {
            Scene.Sight first = stage.install(proxy, DemoWheels.DATA_WHEEL);
            return first.outcome() == Outcome.REFUSED ? stage.install(proxy, DemoWheels.DATA_WHEEL) : first;
        });
    }

    private Scene.Sight pipResumes() throws IOException {
        if (resumingPip.isEmpty()) {
            return new Scene.Sight(Outcome.SKIPPED, "no such pip (" + Pip.NEWER_PIP + " can name one)");
        }
        return withSplice(proxy -> stage.install(resumingPip.get(), Stage.index(proxy), DemoWheels.DATA_WHEEL));
    }

    private Scene.Sight curlResumes() throws IOException {
        Optional<Curl> curl = Curl.find(environment);
        if (curl.isEmpty()) {
            return new Scene.Sight(Outcome.SKIPPED, "no curl on this machine");
        }
        return withSplice(proxy -> downloadWith(curl.get(), proxy));
    }

    private Scene.Sight downloadWith(Curl curl, ProxyUnderDemo proxy) throws IOException {
        Path file = stage.newFolder("curl").resolve("wheel");
        URI uri = wheelUri(proxy);
        ChildProcess.Result first = curl.download(uri, file, false);
        long begun = Files.exists(file) ? Files.size(file) : 0;
        ChildProcess.Result second = curl.download(uri, file, true);
        if (!first.succeeded() && second.exit() == Curl.CANNOT_RESUME) {
            ChildProcess.Result whole = curl.download(uri, file, false);
            return sight(file, whole, "%,d bytes, cut; not resumed; whole file genuine".formatted(begun));
        }
        return sight(file, second, "genuine after exits " + first.exit() + " and " + second.exit());
    }

    private static Scene.Sight sight(Path file, ChildProcess.Result last, String saw) throws IOException {
        if (!last.succeeded()) {
            return new Scene.Sight(Outcome.REFUSED, last.output().strip());
        }
        boolean genuine = Arrays.equals(Files.readAllBytes(file), DemoWheels.DATA_WHEEL.bytes());
        return genuine
                ? new Scene.Sight(Outcome.INSTALLED, saw)
                : new Scene.Sight(Outcome.FOOLED, "a file that is not what was published");
    }

    private Scene.Sight withSplice(Attempt attempt) throws IOException {
        try (LyingMirror liar = stage.mirror(Lie.EVIL_PREFIX_THEN_CUT);
                LyingMirror honest = stage.mirror(Lie.NONE);
                ProxyUnderDemo proxy = stage.impatientProxy(stage.newFolder("data"), liar, honest)) {
            Scene.Sight sight = attempt.at(proxy);
            boolean attacked = liar.fileRequests() > 0;
            return attacked ? sight : new Scene.Sight(Outcome.BROKEN, "the liar was never asked");
        }
    }

    private interface Attempt {
        Scene.Sight at(ProxyUnderDemo proxy) throws IOException;
    }

    private static URI wheelUri(ProxyUnderDemo proxy) throws IOException {
        URI page = Stage.index(proxy).resolve(DemoWheels.DATA + "/");
        try {
            String html = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher link = LINK.matcher(html);
            if (!link.find()) {
                throw new IOException("no wheel on " + page + ": " + html);
            }
            return page.resolve(link.group(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
