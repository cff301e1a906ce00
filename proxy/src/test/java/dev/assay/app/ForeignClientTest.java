package dev.assay.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@code assay repository} writes, read by TUF clients that others wrote.
 *
 * <p>Not P-384 by tuf-js, which takes SHA-256 for it.
 */
@Timeout(180)
final class ForeignClientTest {
    private static final char[] PASSPHRASE = "test".toCharArray();
    private static final String PAGE = "simple/assay-demo-library/vnd.pypi.simple.v1.json";

    @TempDir
    private Path temp;

    private TestMirror server;

    @BeforeEach
    void serve() throws IOException {
        server = new TestMirror(path -> read(published().resolve(path.substring(1))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "TUF_JS, ED25519, SUCCINCT",
        "TUF_JS, ECDSA_P256, PREFIX",
        "PYTHON_TUF, ED25519, PREFIX",
        "PYTHON_TUF, ECDSA_P256, SUCCINCT",
        "PYTHON_TUF, ECDSA_P384, PREFIX",
    })
    void everyStateOfARepositoryIsAccepted(ForeignClient client, SignatureScheme scheme, BinForm bins)
            throws Exception {
        client.assumeHere();
        try (Repository repository = init(3, scheme, bins)) {
            assertThat(page(client)).containsExactly("absent " + PAGE);
            repository.add(List.of(DemoWheels.LIBRARY_WHEEL.writeTo(temp)));
            assertPageAndWheelAreAccepted(client);
            repository.rotateOnlineKey();
            assertThat(page(client)).containsExactly("downloaded " + PAGE);
            repository.rotateRootKeys();
            repository.yank(List.of(DemoWheels.LIBRARY_WHEEL.filename()), "broken");
            assertThat(page(client)).containsExactly("downloaded " + PAGE);
            Path author = temp.resolve("author.pem");
            KeyFile.write(author, SigningKey.generate(scheme), PASSPHRASE, KeyFile.Cost.LOW);
            repository.delegate(new ProjectName("assay-demo-library"), List.of(author), 1);
            assertPageAndWheelAreAccepted(client);
            repository.remove(List.of(DemoWheels.LIBRARY_WHEEL.filename()));
            assertThat(page(client)).containsExactly("absent " + PAGE);
        }
    }

    /** Apart, and with one root key, because making an RSA key takes seconds. */
    @ParameterizedTest
    @EnumSource
    void aRepositoryOfRsaKeysIsAccepted(ForeignClient client) throws Exception {
        client.assumeHere();
        try (Repository repository = init(1, SignatureScheme.RSA_PSS_SHA256, BinForm.SUCCINCT)) {
            repository.add(List.of(DemoWheels.LIBRARY_WHEEL.writeTo(temp)));
            assertThat(page(client)).containsExactly("downloaded " + PAGE);
        }
    }

    /** So that the tests above do not pass because such a client accepts anything. */
    @ParameterizedTest
    @EnumSource
    void whateverIsChangedOnTheWayIsRefused(ForeignClient client) throws Exception {
        client.assumeHere();
        try (Repository repository = init(1, SignatureScheme.ECDSA_P256, BinForm.PREFIX)) {
            repository.add(List.of(DemoWheels.LIBRARY_WHEEL.writeTo(temp)));
            repository.rotateOnlineKey();
        }
        assertThat(page(client)).containsExactly("downloaded " + PAGE);
        Set<String> visited = server.askedPaths();
        for (String path : visited) {
            Optional<byte[]> bytes = read(published().resolve(path.substring(1)));
            if (bytes.isPresent()) {
                server.put(path.substring(1), changed(bytes.get()));
                assertThat(download(client, "client of a changed " + path.replace('/', ' '), true, PAGE))
                        .as(path)
                        .isNotEmpty()
                        .noneMatch(line -> line.startsWith("downloaded") || line.startsWith("absent"));
                server.unscript(path.substring(1));
            }
        }
        assertThat(visited).hasSizeGreaterThan(6);
    }

    /** With a later expiry where it is metadata, or else with another last byte. */
    static byte[] changed(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        String later = text.replaceFirst("(\"expires\" ?: ?\")2", "$13");
        if (!later.equals(text)) {
            return later.getBytes(ISO_8859_1);
        }
        byte[] other = bytes.clone();
        other[other.length - 1] ^= 1;
        return other;
    }

    private void assertPageAndWheelAreAccepted(ForeignClient client) throws Exception {
        assertThat(page(client)).containsExactly("downloaded " + PAGE);
        String wheel = wheel();
        assertThat(download(client, "client", false, wheel)).containsExactly("downloaded " + wheel);
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

    private List<String> page(ForeignClient client) throws Exception {
        return download(client, "client", true, PAGE);
    }

    /** The client's metadata stays in {@code folder} from one call to the next. */
    private List<String> download(ForeignClient client, String folder, boolean prefixed, String target)
            throws Exception {
        Path root = published().resolve("metadata/1.root.json");
        String base = server.base().toString();
        return client.download(root, base + "metadata", base, temp.resolve(folder), prefixed, target);
    }
}
