package dev.assay.app;

import dev.assay.server.TrialCertificate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code assay tls}: a certificate for trying TLS out. */
@Command(
        name = "tls",
        description = "Makes a certificate for trying out TLS, and says how to use it.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  assay tls ./tls --name assay.example --name 192.0.2.7"})
final class TlsCommand implements Callable<Integer> {
    private static final Duration VALIDITY = Duration.ofDays(90);

    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "Where ca.pem, certificate.pem and key.pem are written.")
    private Path folder;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "A host name or address of the server; may be repeated. Default: localhost, 127.0.0.1, ::1.")
    private List<String> names = List.of("localhost", "127.0.0.1", "::1");

    @SuppressWarnings("NullAway.Init") // picocli sets the specification and the parameter
    TlsCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            TrialCertificate made = TrialCertificate.issue(names, clock.instant(), VALIDITY);
            Files.createDirectories(folder);
            write("key.pem", made.key(), "rw-------");
            write("certificate.pem", made.certificate(), "rw-r--r--");
            write("ca.pem", made.authority(), "rw-r--r--");
        } catch (FileAlreadyExistsException e) {
            return failed(e.getFile() + ": exists already (nothing is overwritten; choose another folder)");
        } catch (IOException e) {
            return failed(folder + ": can't be written: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--name: " + e.getMessage());
        }
        Path shown = folder.toAbsolutePath().normalize();
        out.println("Valid for " + VALIDITY.toDays() + " days, for " + String.join(", ", names)
                + ". For trying out: the key is not encrypted.");
        out.println("In the configuration of the proxy:");
        out.println("  tls: {certificate: " + shown.resolve("certificate.pem") + ", key: " + shown.resolve("key.pem")
                + "}");
        out.println("For the installers: PIP_CERT, SSL_CERT_FILE (uv) or REQUESTS_CA_BUNDLE (poetry, pdm) is");
        out.println("  " + shown.resolve("ca.pem"));
        out.println("REQUESTS_CA_BUNDLE, where the environment has it, wins over PIP_CERT.");
        out.flush();
        return 0;
    }

    private void write(String name, String pem, String mode) throws IOException {
        Path file = folder.resolve(name);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            channel.write(StandardCharsets.US_ASCII.encode(pem));
        }
    }

    private int failed(String reason) {
        spec.commandLine().getErr().println("assay tls: " + reason);
        return 1;
    }
}
