package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which index may be followed, and which mirrors may be asked for what it says. */
class ServeOptionsTest {
    private static final String FOLLOWING = """
            repository: {index-url: https://index.test/simple/}
            mirrors: [{url: https://mirror.test/simple/}]
            """;

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void whatIsFollowedIsReadFromTheFolderThatItIsSignedInto() throws Exception {
        Config.Repository repository = read(FOLLOWING).repositories().get(0);

        assertThat(Path.of(repository.metadata()))
                .isEqualTo(
                        Path.of("assay-data/follow-repository/public/metadata").toAbsolutePath());
        assertThat(repository.signer())
                .hasValueSatisfying(signer -> assertThat(((Config.Signer.Embedded) signer).index())
                        .hasToString("https://index.test/simple/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://index.test/simple/",
                "http://127.0.0.1:1/simple/",
                "http://[::1]:1/simple/",
                "http://localhost/simple/"
            })
    void anIndexThatCanBeVerifiedMayBeFollowed(String url) throws Exception {
        assertThat(read(FOLLOWING.replace("https://index.test/simple/", "'" + url + "'"))
                        .repositories())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://index.test/simple/", "http://192.0.2.1/simple/", "file:///srv/simple/"})
    void anIndexThatAnybodyOnTheWayCanSpeakForIsNotFollowed(String url) {
        assertThat(serve("--index", url, "--mirror", "https://mirror.test/simple/"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("repository.index-url: index: " + url + " (expected: https, or http on loopback");
    }

    @Test
    void aMirrorOverPlainHttpNeedsAWordAndIsToldWhich() {
        assertThat(serve("--index", "https://index.test/simple/", "--mirror", "http://mirror.test/simple/"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("mirrors.url: http://mirror.test/simple/ (expected: https")
                .contains("--plain-http");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/simple/",
                "https://mirror.test/simple/",
                "file:///srv/mirror/simple/",
                "'http://mirror.test/simple/', plain-http: on"
            })
    void aMirrorThatNobodyElseHearsOrThatWasAllowedIsAsked(String mirror) throws Exception {
        assertThat(read(FOLLOWING.replace("https://mirror.test/simple/", mirror))
                        .repositories()
                        .get(0)
                        .mirrors())
                .hasSize(1);
    }

    @Test
    void filesOverPlainHttpNeedTheSameWord() {
        assertThat(problem(FOLLOWING.replace(
                        "url: https://mirror.test/simple/",
                        "url: https://mirror.test/simple/, files: http://files.test/")))
                .contains("plain-http");
    }

    @Test
    void aFollowerIsShownNoSecretOverPlainHttp() {
        assertThat(problem("""
                repository: {metadata-url: https://x.test/metadata/, root: r.json, follower-url: http://x.test/follow/}
                mirrors: [{url: https://mirror.test/simple/}]
                """))
                .contains("repository.follower-url: http://x.test/follow/ (expected: https, or http on loopback");
    }

    @ParameterizedTest
    @CsvSource({"metadata-url, https://x.test/", "root, root.json", "layout, pep458", "targets-url, https://x.test/"})
    void whatIsSignedHereHasNoOtherSigner(String key, String value) {
        assertThat(problem(FOLLOWING.replace("{index-url", "{" + key + ": " + value + ", index-url")))
                .contains("repository." + key + " beside repository.index-url");
    }

    @Test
    void withoutAnIndexToFollowASignerIsRequired() {
        assertThat(problem("mirrors: [{url: https://mirror.test/simple/}]"))
                .contains("repository.metadata-url: not set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--index https://index.test/", "--mirror https://mirror.test/", "--data x"})
    void oneCommandNeedsAnIndexAndAMirror(String line) {
        assertThat(serve(line.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains("Missing: --config FILE, or --index URL and at least one --mirror URL");
    }

    @Test
    void aFileAndTheOptionsThatReplaceItDoNotGoTogether() {
        assertThat(serve("--config", "x.yaml", "--mirror", "https://mirror.test/"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--config says all of this");
    }

    @Test
    void aMissingAuthorityIsNamedWithItsOption() {
        assertThat(serve(
                        "--index",
                        "https://index.test/",
                        "--mirror",
                        "https://mirror.test/",
                        "--index-ca",
                        "/no/such.pem"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("repository.ca: no such file: /no/such.pem");
    }

    private Config read(String text) throws Exception {
        return ConfigReader.read(
                Files.writeString(folder.resolve("assay.yaml"), text), Map.of(), ConfigReader.Options.NONE);
    }

    private String problem(String text) {
        try {
            read(text);
        } catch (ConfigException e) {
            return String.join("\n", e.problems());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("read without a problem");
    }

    private int serve(String... options) {
        String[] line = new String[options.length + 1];
        line[0] = "serve";
        System.arraycopy(options, 0, line, 1, options.length);
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        return Main.commandLine(clock).setErr(new PrintWriter(err, true)).execute(line);
    }
}
