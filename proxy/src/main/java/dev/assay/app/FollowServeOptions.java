package dev.assay.app;

import dev.assay.author.follow.Growth;
import dev.assay.server.TlsOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of a follower that goes on, and serves what it publishes. */
final class FollowServeOptions {
    @Option(
            names = "--serve",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Goes on following, and serves what is published there, until it is ended.")
    private String listen;

    @Option(
            names = "--recheck-interval",
            paramLabel = "TIME",
            defaultValue = "30m",
            description = "How often it looks at each project again (${DEFAULT-VALUE}).")
    private String recheck;

    @Option(
            names = "--accounts",
            paramLabel = "FILE",
            description = "Who may ask it to follow one more project, as htpasswd -B writes it. Without: nobody.")
    private @Nullable Path accounts;

    @Option(
            names = "--max-followed",
            paramLabel = "N",
            description = "Projects followed at most; one more that is asked for is refused (20000).")
    private int maxFollowed = Growth.DEFAULTS.maxFollowed();

    @Option(
            names = "--max-new-per-hour",
            paramLabel = "N",
            description = "Projects that others can have it begin to follow within an hour (1000).")
    private int maxNewPerHour = Growth.DEFAULTS.newAnHour();

    @Option(
            names = "--operations",
            paramLabel = "HOST:PORT",
            description = "Where /-/metrics, /-/status and /-/healthz are. Without: nowhere.")
    private @Nullable String operations;

    @Option(names = "--certificate", paramLabel = "FILE", description = "PEM, to serve over TLS; with --key.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "PEM, PKCS#8, not encrypted.")
    private @Nullable Path key;

    @SuppressWarnings("NullAway.Init") // picocli sets the required options
    FollowServeOptions() {}

    /** Checks that they go together; throws {@link ParameterException} when they don't. */
    FollowServer.Options settled(CommandLine command) {
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(command, "--certificate and --key go together");
        }
        Optional<TlsOptions> tls = certificate == null || key == null
                ? Optional.empty()
                : Optional.of(new TlsOptions(certificate, key, Optional.empty()));
        try {
            return new FollowServer.Options(
                    SignedSource.parsed(command, "--serve", ValueType.HOST_AND_PORT, listen),
                    tls,
                    Optional.ofNullable(accounts),
                    Optional.ofNullable(operations)
                            .map(text -> SignedSource.parsed(command, "--operations", ValueType.HOST_AND_PORT, text)),
                    SignedSource.parsed(command, "--recheck-interval", ValueType.DURATION, recheck),
                    new Growth(maxFollowed, maxNewPerHour));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }
}
