package dev.assay.app.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine's curl, for the one thing that pip did not do for years: {@code -C -}, which resumes blindly. */
final class Curl {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** What curl exits with when the server answers a range with the whole file (CURLE_RANGE_ERROR). */
    static final int CANNOT_RESUME = 33;

    private final Map<String, String> environment;

    private Curl(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Empty when this machine has no curl. */
    static Optional<Curl> find(Map<String, String> environment) {
        Curl curl = new Curl(Map.of("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin")));
        try {
            boolean runs = ChildProcess.run(List.of("curl", "--version"), curl.environment, TIMEOUT)
                    .succeeded();
            return runs ? Optional.of(curl) : Optional.empty();
        } catch (IOException e) {
            // No such program.
            return Optional.empty();
        }
    }

    /** Downloads into {@code file}, from its beginning, or on from where it ends when {@code resume}. */
    ChildProcess.Result download(URI uri, Path file, boolean resume) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--fail", "--noproxy", "*"));
        if (resume) {
            command.addAll(List.of("-C", "-"));
        }
        command.addAll(List.of("-o", file.toString(), uri.toString()));
        return ChildProcess.run(command, environment, TIMEOUT);
    }
}
