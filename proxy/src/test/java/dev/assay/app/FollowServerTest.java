package dev.assay.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.app.demo.DemoWheels;
import dev.assay.app.demo.Lie;
import dev.assay.app.demo.LyingMirror;
import dev.assay.app.demo.Pip;
import dev.assay.app.demo.PipRun;
import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.CanonicalIndex;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.author.follow.Follower;
import dev.assay.author.follow.Growth;
import dev.assay.author.follow.Index;
import dev.assay.author.follow.Manners;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.gate.TestMirror;
import dev.assay.server.TlsOptions;
import dev.assay.server.TrialCertificate;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A follower on an address of its own, and a proxy elsewhere that pins its root. */
@Timeout(120)
final class FollowServerTest {
    private static final byte[] WHEEL = "a wheel".getBytes(UTF_8);
    private static final Entry FILE = Entry.of("demo-1.0-py3-none-any.whl", WHEEL);

    /** Made by htpasswd: a cheap hash, of {@code abc}. */
    private static final String ACCOUNT = "jane.doe:$2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm\n";

    private static final String TOKEN = "jane.doe.abc";

    @TempDir
    private static Path keys;

    @TempDir
    private Path folder;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private CanonicalIndex index;
    private FollowServer follower;
    private Path root;
    private Repository repository;
    private Follower pass;
    private String moreKeys = "";

    @BeforeEach
    void start() throws Exception {
        index = own(CanonicalIndex.start(keys));
        index.put(new Listing("demo", 1, List.of(FILE)));
        Files.writeString(folder.resolve("accounts"), ACCOUNT);
        InstantSource clock = InstantSource.system();
        Repository repository = own(Repository.init(
                folder.resolve("repository"),
                new RepositoryOptions(
                        1,
                        1,
                        SignatureScheme.ED25519,
                        8,
                        RepositoryOptions.BinForm.SUCCINCT,
                        Duration.ofDays(365),
                        Duration.ofDays(7),
                        KeyFile.Cost.LOW),
                Passphrases.same("demo".toCharArray()),
                clock));
        root = repository.pinnedRoot();
        Manners quick = new Manners(4, 1000, 1, Duration.ofMillis(1), Duration.ofHours(1), Duration.ofDays(1));
        Index followed =
                own(new Index(index.simple(), Access.PLAIN.with(Authorities.in(index.authority())), quick, clock));
        Follower pass = own(Follower.open(repository, followed, clock));
        this.repository = repository;
        this.pass = pass;
        follower = own(FollowServer.start(options("127.0.0.2:0"), repository, pass, clock));
    }

    /** In place of the one that runs. */
    private void restart(FollowServer.Options options) throws Exception {
        follower.close();
        follower = own(FollowServer.start(options, repository, pass, InstantSource.system()));
    }

    @AfterEach
    void stop() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    @Test
    void aProxyElsewhereHasAProjectFollowedThatItIsAskedFor() throws Exception {
        Proxy proxy = proxy(TOKEN);

        HttpResponse<String> page = get(proxy, "simple/demo/");
        HttpResponse<String> file = get(proxy, FILE.path());

        assertThat(follower.url()).hasHost("127.0.0.2");
        assertThat(proxy.url()).hasHost("127.0.0.1");
        assertThat(page.body()).contains(FILE.filename());
        assertThat(file.body()).isEqualTo("a wheel");
    }

    @Test
    void aProjectThatTheIndexDoesNotHaveIsNotFound() throws Exception {
        assertThat(get(proxy(TOKEN), "simple/nobody/").statusCode()).isEqualTo(404);
    }

    @Test
    void aFollowerThatTakesNoProjectFromUsMakesNoProjectUnknown() throws Exception {
        HttpResponse<String> page = get(proxy("jane.doe.guessed"), "simple/demo/");

        assertThat(page.statusCode()).isEqualTo(502);
        assertThat(page.body()).contains("Unauthorized: wrong credentials");
        assertThat(index.whole()).isZero();
    }

    @Test
    void anIndexThatIsCutOffIsToldWithTheFollowersReason() throws Exception {
        index.close();

        HttpResponse<String> page = get(proxy(TOKEN), "simple/demo/");

        assertThat(page.statusCode()).isEqualTo(502);
        assertThat(page.body()).contains("127.0.0.2").contains("No upstream has it: demo");
    }

    @Test
    void whoHasNoAccountReadsTheTreeAndMovesNothing() throws Exception {
        HttpResponse<String> timestamp = client.send(
                HttpRequest.newBuilder(follower.url().resolve("metadata/timestamp.json"))
                        .build(),
                BodyHandlers.ofString());
        HttpResponse<String> asked = client.send(
                HttpRequest.newBuilder(follower.url().resolve("follow/demo"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        assertThat(timestamp.body()).contains("\"timestamp\"");
        assertThat(asked.statusCode()).isEqualTo(401);
        assertThat(index.whole()).isZero();
    }

    @Test
    void nothingBesideThePublishedTreeIsServed() throws Exception {
        HttpResponse<String> keyFolder = client.send(
                HttpRequest.newBuilder(URI.create(follower.url() + "metadata/%2e%2e/keys/"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(keyFolder.statusCode()).isEqualTo(400);
    }

    @Test
    void anUnchangedFileOfTheTreeIsNotSentAgain() throws Exception {
        URI root = follower.url().resolve("metadata/1.root.json"); // which no pass in between signs anew
        String tag = client.send(HttpRequest.newBuilder(root).build(), BodyHandlers.ofString())
                .headers()
                .firstValue("ETag")
                .orElseThrow();

        HttpRequest again =
                HttpRequest.newBuilder(root).header("If-None-Match", tag).build();

        assertThat(client.send(again, BodyHandlers.ofString()).statusCode()).isEqualTo(304);
    }

    @Test
    void secretsAreShownOverTlsOrOnLoopbackAlone() {
        assertThatThrownBy(() -> options("192.0.2.1:80"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--certificate and --key");
    }

    @Test
    void overTlsAProxyAsksWhoItsAuthorityVouchesForAndNobodyElse() throws Exception {
        restart(options("127.0.0.2:0", Optional.of(tls()), Growth.DEFAULTS));
        moreKeys = "  ca: " + folder.resolve("ca.pem") + "\n";
        try (Proxy proxy = proxy(TOKEN)) {
            assertThat(follower.url()).hasScheme("https");
            assertThat(get(proxy, "simple/demo/").body()).contains(FILE.filename());
        }
        moreKeys = "  ca: " + index.authority() + "\n";
        Proxy deceived = proxy(TOKEN, "other-data");

        assertThat(get(deceived, "simple/demo/").statusCode()).isEqualTo(424);
    }

    @Test
    void aFollowerThatTakesNoMoreProjectsIsARefusalWithItsReasonAndAudited() throws Exception {
        index.put(new Listing("other", 1, List.of(Entry.of("other-1.0-py3-none-any.whl", WHEEL))));
        restart(options("127.0.0.2:0", Optional.empty(), new Growth(1, 1)));
        Proxy proxy = proxy(TOKEN);
        get(proxy, "simple/demo/");

        HttpResponse<String> refused = get(proxy, "simple/other/");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("127.0.0.2").contains("takes no more projects");
        assertThat(Files.readString(repository.followFolder().resolve("audit.log")))
                .contains("\"cause\":\"not-taken\"")
                .contains("max-followed: 1");
        assertThat(operations("status"))
                .contains("following: 1 projects; the index last seen at ", "; alarms: none in ");
        assertThat(operations("metrics"))
                .contains("assay_index_followed{repository=\"follow\",} 1.0")
                .contains("assay_refusals_total{cause=\"not-taken\",} 1.0");
        assertThat(operations("healthz")).isEqualTo("ok\n");
    }

    @Test
    void pipInstallsThroughAnyMirrorWhatTheFollowerElsewhereSawAndNothingElse() throws Exception {
        Pip pip = Pips.newest(System.getenv());
        MirroredWheels wheels = MirroredWheels.in(folder);
        wheels.listAll(index);
        LyingMirror mirror = own(LyingMirror.start(wheels.tree(), Lie.OTHER_WHEEL));
        URI simple = proxy(TOKEN, "data", mirror.simple()).url().resolve("simple/");

        PipRun lied = install(pip, simple, DemoWheels.DATA);
        mirror.become(Lie.PAGE_EXTRA_FILE);
        PipRun honest = install(pip, simple, DemoWheels.APP);
        index.close();
        follower.close();
        PipRun cutOff = install(pip, simple, DemoWheels.LIBRARY);

        assertThat(lied.installed()).isFalse();
        assertThat(lied.output()).contains("403 Client Error: Refused: mirror served other bytes than signed");
        assertThat(honest.installed()).as(honest.output()).isTrue();
        assertThat(honest.output()).contains("assay-demo-app-1.1").doesNotContain("99.0");
        assertThat(cutOff.installed()).as(cutOff.output()).isTrue();
    }

    private PipRun install(Pip pip, URI simple, String project) throws Exception {
        return pip.install(simple, folder.resolve("with-" + project), Duration.ofSeconds(50), project);
    }

    private String operations(String name) throws Exception {
        URI asked = follower.operationsUrl().orElseThrow().resolve("-/" + name);
        return client.send(HttpRequest.newBuilder(asked).build(), BodyHandlers.ofString())
                .body();
    }

    private TlsOptions tls() throws Exception {
        TrialCertificate made = TrialCertificate.issue(List.of("127.0.0.2"), Instant.now(), Duration.ofDays(1));
        Files.writeString(folder.resolve("ca.pem"), made.authority());
        return new TlsOptions(
                Files.writeString(folder.resolve("certificate.pem"), made.certificate()),
                Files.writeString(folder.resolve("key.pem"), made.key()),
                Optional.empty());
    }

    private FollowServer.Options options(String listen) {
        return options(listen, Optional.empty(), Growth.DEFAULTS);
    }

    private FollowServer.Options options(String listen, Optional<TlsOptions> tls, Growth growth) {
        return new FollowServer.Options(
                HostAndPort.parse(listen).orElseThrow(),
                tls,
                Optional.of(folder.resolve("accounts")),
                HostAndPort.parse("127.0.0.1:0"),
                Duration.ofHours(1),
                growth);
    }

    private Proxy proxy(String token) throws Exception {
        return proxy(token, "data");
    }

    private Proxy proxy(String token, String data) throws Exception {
        TestMirror mirror =
                own(new TestMirror(path -> path.equals("/" + FILE.path()) ? Optional.of(WHEEL) : Optional.empty()));
        return proxy(token, data, URI.create(mirror.base() + "simple/"));
    }

    private Proxy proxy(String token, String data, URI mirror) throws Exception {
        Path credentials = Files.writeString(folder.resolve("token"), token);
        Path file = Files.writeString(
                folder.resolve("assay.yaml"),
                "listen: 127.0.0.1:0\n"
                        + "operations: {listen: 127.0.0.1:0}\n"
                        + "data: " + folder.resolve(data) + "\n"
                        + "repository:\n"
                        + "  metadata-url: " + follower.url() + "metadata/\n"
                        + "  follower-url: " + follower.url() + "follow/\n"
                        + "  credentials-file: " + credentials + "\n"
                        + "  root: " + root + "\n"
                        + moreKeys
                        + "mirrors: [{url: " + mirror + "}]\n");
        return own(Proxy.start(ConfigReader.read(file, Map.of(), ConfigReader.Options.NONE), InstantSource.system()));
    }

    private HttpResponse<String> get(Proxy proxy, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(proxy.url().resolve(path)).build(), BodyHandlers.ofString());
    }

    private <T extends AutoCloseable> T own(T resource) {
        opened.push(resource);
        return resource;
    }
}
