package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code assay tls}; that clients and server take what it makes, the tests of the server say. */
final class TlsCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void keyIsForItsOwnerAlone() throws Exception {
        assertThat(run("tls", folder.resolve("new").toString())).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("new/key.pem"))))
                .isEqualTo("rw-------");
    }

    @Test
    void printedConfigurationNamesTheFiles() {
        assertThat(run("tls", folder.toString())).isZero();
        assertThat(out.toString())
                .contains("certificate: " + folder.resolve("certificate.pem"))
                .contains(folder.resolve("ca.pem").toString());
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Files.writeString(folder.resolve("key.pem"), "mine");
        assertThat(run("tls", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("key.pem: exists already");
        assertThat(folder.resolve("key.pem")).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999.1", "", "foo..bar", "bücher.example", "a b", "-a", "127.0.0.1:8080", "https://a"})
    void nameThatNoCertificateCanHoldIsRefused(String name) {
        assertThat(run("tls", folder.toString(), "--name", name)).isEqualTo(2);
        assertThat(err.toString()).contains("--name: \"" + name + "\" (expected: a host name");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"assay", "*.example.test", "xn--bcher-kva.example", "192.0.2.7", "2001:db8::7"})
    void nameThatAServerCanHaveIsInTheCertificate(String name) throws Exception {
        assertThat(run("tls", folder.toString(), "--name", name)).isZero();
        X509Certificate certificate;
        try (InputStream pem = Files.newInputStream(folder.resolve("certificate.pem"))) {
            certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
        Object only = certificate.getSubjectAlternativeNames().iterator().next().get(1);
        assertThat(only).isEqualTo(name.replace("::", ":0:0:0:0:0:"));
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine(InstantSource.system())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
