package dev.assay.app;

import dev.assay.trust.TrustOptions;
import dev.assay.upstream.Access;
import dev.assay.upstream.Mirror;
import dev.assay.upstream.UpstreamOptions;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say whose signature counts: a configuration file, as {@code serve} reads it, or the same in a few options. */
final class SignedSource {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration that 'assay serve' has, in YAML; or the next options instead.")
    private @Nullable Path config;

    @Option(names = "--metadata-url", paramLabel = "URL", description = "Where the signed metadata is.")
    private @Nullable String metadataUrl;

    @Option(names = "--root", paramLabel = "FILE", description = "The trusted root: the trust anchor.")
    private @Nullable Path root;

    @Option(
            names = "--targets-url",
            paramLabel = "URL",
            description = "Where the signed pages are. When not given: the folder that contains metadata-url's.")
    private @Nullable String targetsUrl;

    @Option(
            names = "--layout",
            paramLabel = "NAME",
            description = "Which target paths the index signs: assay (when not given), pep458 or pages-only.")
    private @Nullable String layout;

    /** What was chosen, complete. */
    record Settled(
            List<Config.Repository> repositories,
            List<Config.Entry> map,
            UpstreamOptions upstream,
            TrustOptions trust,
            long maxPageBytes) {
        Settled {
            repositories = List.copyOf(repositories);
            map = List.copyOf(map);
        }
    }

    /**
     * Checks that they go together.
     *
     * @throws ConfigException when the file can't be used
     * @throws ParameterException when the options can't
     */
    Settled settled(CommandLine command) throws ConfigException {
        boolean direct = metadataUrl != null || root != null || targetsUrl != null || layout != null;
        if (config != null) {
            if (direct) {
                throw new ParameterException(
                        command,
                        "--config says all of this (expected: no --metadata-url, --root, --targets-url, --layout)");
            }
            Config read = ConfigReader.read(config, System.getenv(), ConfigReader.Options.NONE);
            return new Settled(
                    read.repositories(),
                    read.map(),
                    read.upstream(),
                    read.trust(),
                    read.gate().maxPageBytes());
        }
        if (metadataUrl == null || root == null) {
            throw new ParameterException(command, "Missing: --config FILE, or --metadata-url URL and --root FILE");
        }
        if (!Files.isRegularFile(root)) {
            throw new ParameterException(command, "--root: " + root + ": no such file");
        }
        URI metadata = url(command, "--metadata-url", metadataUrl);
        URI targets = targetsUrl == null ? Mirror.above(metadata) : url(command, "--targets-url", targetsUrl);
        Config.Repository repository = new Config.Repository(
                Config.Repository.ONLY,
                "repository",
                metadata,
                targets,
                Access.PLAIN,
                root,
                Optional.empty(),
                layout == null
                        ? RepositoryKeys.LAYOUT.defaultValue().orElseThrow()
                        : parsed(command, "--layout", RepositoryKeys.LAYOUT.type(), layout),
                Duration.ofMinutes(5),
                RepositoryKeys.MAX_UNCONFIRMED.defaultValue().orElseThrow(),
                Duration.ZERO,
                List.of(),
                Optional.empty());
        return new Settled(
                List.of(repository),
                List.of(Config.Entry.everything()),
                UpstreamOptions.DEFAULTS,
                TrustOptions.DEFAULTS,
                Keys.MAX_PAGE_SIZE.defaultValue().orElseThrow());
    }

    private static URI url(CommandLine command, String option, String text) {
        return parsed(command, option, ValueType.BASE_URL, text.endsWith("/") ? text : text + "/");
    }

    static <T> T parsed(CommandLine command, String option, ValueType<T> type, String text) {
        return type.parse()
                .apply(text)
                .orElseThrow(() -> new ParameterException(
                        command, option + ": " + Settings.shown(text) + " (expected: " + type.expected() + ")"));
    }
}
