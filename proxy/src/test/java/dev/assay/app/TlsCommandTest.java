package dev.assay.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

    @Test
    void nameThatNoCertificateCanHoldIsRefused() {
        assertThat(run("tls", folder.toString(), "--name", "999.1")).isEqualTo(1);
        assertThat(err.toString()).contains("--name");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine(InstantSource.system())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
