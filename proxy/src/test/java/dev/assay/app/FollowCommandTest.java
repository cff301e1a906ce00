package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.follow.CanonicalIndex;
import dev.assay.author.follow.CanonicalIndex.Entry;
import dev.assay.author.follow.CanonicalIndex.Listing;
import dev.assay.author.follow.Manners;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.server.TrialCertificate;
import dev.assay.upstream.Access;
import dev.assay.upstream.Authorities;
import dev.assay.upstream.Credentials;
import dev.assay.upstream.ExtraHeaders;
import dev.assay.upstream.UpstreamClient;
import dev.assay.upstream.UpstreamOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code assay repository follow}: what it follows, what it says, and how it exits. */
final class FollowCommandTest {
    /** Made by htpasswd: a cheap hash, of {@code abc}. */
    private static final String ACCOUNT = "jane.doe:$2a$08$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm\n";

    private static final String TOKEN = "jane.doe.abc";

    @TempDir
    private static Path keys;

    @TempDir
    private Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private CanonicalIndex canonical;

    /** A repository whose keys are quickly made and opened. */
    @BeforeEach
    void start() throws Exception {
        canonical = CanonicalIndex.start(keys);
        for (String project : new String[] {"demo", "idna", "flask"}) {
            canonical.put(new Listing(project, 1, List.of(wheel(project, "genuine"))));
        }
        Files.writeString(temp.resolve("passphrase"), "correct horse\n");
        RepositoryOptions options = new RepositoryOptions(
                1,
                1,
                SignatureScheme.ED25519,
                4,
                RepositoryOptions.BinForm.SUCCINCT,
                Duration.ofDays(365),
                Duration.ofDays(30),
                KeyFile.Cost.LOW);
        Repository.init(
                        temp.resolve("index"),
                        options,
                        Passphrases.same("correct horse".toCharArray()),
                        InstantSource.system())
                .close();
    }

    @AfterEach
    void stop() {
        canonical.close();
    }

    private static Entry wheel(String project, String content) {
        return Entry.of(project + "-1.0-py3-none-any.whl", content.getBytes(StandardCharsets.UTF_8));
    }

    private int follow(Object... options) {
        return followAt(canonical.simple().toString(), options);
    }

    private int followAt(String index, Object... options) {
        List<String> arguments = new ArrayList<>(List.of("repository", "follow", "--index", index));
        arguments.addAll(List.of("--index-ca", canonical.authority().toString()));
        arguments.addAll(List.of("--passphrase-file", temp.resolve("passphrase").toString()));
        for (Object option : options) {
            arguments.add(option.toString());
        }
        arguments.add(temp.resolve("index").toString());
        out.getBuffer().setLength(0);
        return Main.commandLine(InstantSource.system())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private List<String> signed() throws Exception {
        try (Repository repository = Repository.open(
                temp.resolve("index"), Passphrases.same("correct horse".toCharArray()), InstantSource.system())) {
            return repository.changePages().projects().stream()
                    .map(Object::toString)
                    .toList();
        }
    }

    @Test
    void theProjectsThatAreNamedAreFollowed() throws Exception {
        Path requirements = Files.writeString(temp.resolve("requirements.txt"), "Flask==3.0\n");

        assertThat(follow("--project", "demo", "--requirements", requirements)).isZero();
        assertThat(out.toString()).contains("2 checked: 0 unchanged, 0 changed, 2 new");
        assertThat(signed()).containsExactly("demo", "flask");
    }

    @Test
    void aLaterRunFollowsWhatWasNamedBefore() throws Exception {
        follow("--project", "demo");

        assertThat(follow("--project", "idna")).isZero();
        assertThat(out.toString()).contains("2 checked: 1 unchanged, 0 changed, 1 new");
        assertThat(follow()).isZero();
        assertThat(out.toString()).contains("2 checked: 2 unchanged");
    }

    @Test
    void whoNamesNothingIsToldHow() {
        assertThat(follow()).isEqualTo(1);
        assertThat(err.toString()).contains("nothing to follow yet").contains("--project, --requirements, --all");
    }

    @Test
    void everythingIsFollowedAfterSayingHowLongThatTakes() throws Exception {
        assertThat(follow("--all")).isZero();
        assertThat(err.toString())
                .contains("3 projects: as many requests, at most 50 a second. A first pass takes at least 0 h 0 min");
        assertThat(signed()).containsExactly("demo", "flask", "idna");
    }

    @Test
    void theEstimateAtTheSizeOfPypiIsHours() {
        assertThat(FollowText.estimate(650_000, Manners.DEFAULTS))
                .contains("650,000 projects: as many requests, at most 50 a second")
                .contains("at least 3 h 36 min")
                .contains("receives some 3,251 MB")
                .contains("keeps some 45,501 MB on disk");
    }

    @Test
    void whatTheNamedProjectsNeedIsFollowedWhenAsked() throws Exception {
        canonical.put(new Listing("demo", 1, List.of(canonical.needing("demo-1.0-py3-none-any.whl", "idna>=2"))));

        assertThat(follow("--project", "demo", "--with-dependencies")).isZero();
        assertThat(signed()).containsExactly("demo", "idna");
    }

    @Test
    void aProjectThatDoesNotTellWhatItNeedsIsNamed() {
        canonical.put(new Listing("demo", 1, List.of(Entry.of("demo-1.0.tar.gz", new byte[1]))));

        assertThat(follow("--project", "demo", "--with-dependencies")).isZero();
        assertThat(out.toString()).contains("dependencies? demo: no wheel of it has core metadata");
    }

    @Test
    void anAlarmIsShownAndMakesItFail() {
        follow("--project", "demo");
        canonical.put(canonical.listing("demo").with(List.of(wheel("demo", "forged"))));

        assertThat(follow()).isEqualTo(1);
        assertThat(out.toString()).contains("ALARM         file-changed: demo: demo-1.0-py3-none-any.whl");
    }

    @Test
    void aProjectThatTheIndexDoesNotHaveIsNamed() {
        assertThat(follow("--project", "nonesuch", "--project", "demo")).isZero();
        assertThat(out.toString()).contains("unknown       nonesuch: the index has no such project");
    }

    @Test
    void servingGoesOnOverTlsAndTakesProjectsFromWhoHasAnAccount() throws Exception {
        TrialCertificate made = TrialCertificate.issue(List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));
        Path authority = Files.writeString(temp.resolve("ca.pem"), made.authority());
        Path accounts = Files.writeString(temp.resolve("accounts"), ACCOUNT);
        Path certificate = Files.writeString(temp.resolve("certificate.pem"), made.certificate());
        Path key = Files.writeString(temp.resolve("key.pem"), made.key());
        Object[] options = {
            "--project",
            "demo",
            "--serve",
            "127.0.0.1:0",
            "--accounts",
            accounts,
            "--certificate",
            certificate,
            "--key",
            key
        };
        Thread serving = new Thread(() -> follow(options), "serving");
        serving.start();
        while (!out.toString().contains(" and serves https://")) {
            Thread.onSpinWait();
        }
        URI served = URI.create(out.toString()
                .lines()
                .reduce((first, last) -> last)
                .orElseThrow()
                .replaceFirst(".* serves ", ""));
        Access access = new Access(
                ExtraHeaders.NONE,
                Optional.of(Credentials.in(Files.writeString(temp.resolve("token"), TOKEN))),
                Optional.empty(),
                Authorities.in(authority),
                Optional.empty(),
                0,
                0);
        UpstreamOptions places = UpstreamOptions.DEFAULTS.withPlaces(List.of(served));
        try (UpstreamClient proxy = new UpstreamClient(places, access, List.of(served))) {
            assertThat(new String(
                            proxy.fetch(served.resolve("metadata/timestamp.json"), 10_000, "*/*"),
                            StandardCharsets.UTF_8))
                    .contains("\"timestamp\"");
            assertThat(proxy.post(served.resolve("follow/idna"))).isTrue();
            assertThat(proxy.post(served.resolve("follow/nobody"))).isFalse();
        } finally {
            serving.interrupt();
            serving.join();
        }

        assertThat(signed()).containsExactly("demo", "idna");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--serve 192.0.2.1:80 --accounts accounts | expected: a loopback address, or --certificate and --key",
                "--serve 127.0.0.1:0 --certificate c.pem | --certificate and --key go together",
                "--serve 127.0.0.1 | --serve: \"127.0.0.1\" (expected: ",
                "--serve 127.0.0.1:0 --recheck-interval soon | --recheck-interval: \"soon\" (expected: ",
                "--serve 127.0.0.1:0 --max-followed 0 | expected: each at least 1",
                "--accounts accounts | --serve"
            })
    void serveOptionsThatDoNotGoTogetherAreWrongUsage(String options, String told) {
        assertThat(follow((Object[]) options.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(told);
    }

    @Test
    void helpNamesTheWholeCommandThoughItsSiblingsAreNotRead() {
        String[] arguments = {"repository", "follow", "--help"};
        CommandLine line = Main.commandLine(InstantSource.system(), arguments);

        assertThat(line.setOut(new PrintWriter(out, true)).execute(arguments)).isZero();
        assertThat(out.toString()).contains("Usage: assay repository follow").contains("--max-new-per-hour");
    }

    @Test
    void anIndexOverPlainHttpIsWrongUsage() {
        assertThat(followAt("http://index.example/simple/", "--project", "demo"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--index: ").contains("expected: https");
    }
}
