package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.assay.app.demo.DemoWheels;
import dev.assay.author.Passphrases;
import dev.assay.author.Repository;
import dev.assay.author.RepositoryOptions;
import dev.assay.author.RepositoryOptions.BinForm;
import dev.assay.crypto.KeyFile;
import dev.assay.crypto.SignatureScheme;
import dev.assay.crypto.SigningKey;
import dev.assay.gate.TestMirror;
import dev.assay.simple.ProjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code assay repository} writes, read by tuf-js, a TUF client that others wrote. {@code ASSAY_TESTS_TUF_JS} is the folder that
 * it was installed into ({@code npm install --prefix FOLDER tuf-js@VERSION}). Skipped without, which {@code .ci/run} does not allow.
 *
 * <p>Not with P-384, for which tuf-js takes SHA-256.
 */
@Timeout(120)
final class TufJsTest {
    private static final char[] PASSPHRASE = "test".toCharArray();
    private static final String PAGE = "simple/assay-demo-library/vnd.pypi.simple.v1.json";

    @TempDir
    private Path temp;

    private @Nullable TestMirror server;

    @BeforeEach
    void serve() throws IOException {
        assumeTrue(System.getenv("ASSAY_TESTS_TUF_JS") != null, "ASSAY_TESTS_TUF_JS names no folder with tuf-js");
        server = new TestMirror(path -> read(published().resolve(path.substring(1))));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"ED25519, SUCCINCT", "ECDSA_P256, PREFIX"})
    void everyStateOfARepositoryIsAccepted(SignatureScheme scheme, BinForm bins) throws Exception {
        try (Repository repository = init(3, scheme, bins)) {
            assertThat(download(true, PAGE)).isEqualTo("absent " + PAGE);
            repository.add(List.of(DemoWheels.LIBRARY_WHEEL.writeTo(temp)));
            String wheel = wheel();
            assertThat(download(true, PAGE)).isEqualTo("downloaded " + PAGE);
            assertThat(download(false, wheel)).isEqualTo("downloaded " + wheel);
            repository.rotateOnlineKey();
            assertThat(download(true, PAGE)).isEqualTo("downloaded " + PAGE);
            repository.rotateRootKeys();
            repository.yank(List.of(DemoWheels.LIBRARY_WHEEL.filename()), "broken");
            assertThat(download(true, PAGE)).isEqualTo("downloaded " + PAGE);
            Path author = temp.resolve("author.pem");
            KeyFile.write(author, SigningKey.generate(scheme), PASSPHRASE, KeyFile.Cost.LOW);
            repository.delegate(new ProjectName("assay-demo-library"), List.of(author), 1);
            assertThat(download(true, PAGE)).isEqualTo("downloaded " + PAGE);
            assertThat(download(false, wheel)).isEqualTo("downloaded " + wheel);
        }
    }

    /** Apart, and with one root key, because making an RSA key takes seconds. */
    @Test
    void aRepositoryOfRsaKeysIsAccepted() throws Exception {
        try (Repository repository = init(1, SignatureScheme.RSA_PSS_SHA256, BinForm.SUCCINCT)) {
            repository.add(List.of(DemoWheels.LIBRARY_WHEEL.writeTo(temp)));
            assertThat(download(true, PAGE)).isEqualTo("downloaded " + PAGE);
        }
    }

    private Repository init(int rootKeys, SignatureScheme scheme, BinForm bins) throws Exception {
        RepositoryOptions options = new RepositoryOptions(
                rootKeys,
                (rootKeys + 1) / 2,
                scheme,
                4,
                bins,
                Duration.ofDays(365),
                Duration.ofDays(7),
                KeyFile.Cost.LOW);
        Passphrases passphrases = Passphrases.same(PASSPHRASE);
        return Repository.init(temp.resolve("repository"), options, passphrases, InstantSource.system());
    }

    private Path published() {
        return temp.resolve("repository/public");
    }

    private String wheel() throws IOException {
        try (Stream<Path> files = Files.walk(published())) {
            Path found = files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow();
            return published().relativize(found).toString();
        }
    }

    private static Optional<byte[]> read(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tuf-js says in the end; its metadata stays from one call to the next. */
    private String download(boolean prefixed, String target) throws Exception {
        if (server == null) {
            throw new IllegalStateException("not started");
        }
        String base = server.base().toString();
        List<String> command = new ArrayList<>(List.of("node", "src/test/interop/client.js"));
        command.add(temp.resolve("repository/public/metadata/1.root.json").toString());
        command.addAll(List.of(base + "metadata", base, temp.resolve("client").toString()));
        command.addAll(List.of(String.valueOf(prefixed), target));
        Path output = Files.createTempFile(temp, "tuf-js", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("NODE_PATH", System.getenv("ASSAY_TESTS_TUF_JS") + "/node_modules");
        Process node = builder.start();
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output).trim();
    }
}
