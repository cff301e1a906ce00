package dev.assay.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say what {@code serve} serves: a configuration file, or an index to follow and mirrors of it. */
final class ServedSource {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration, in YAML; or the next five options.")
    private @Nullable Path file;

    @Option(
            names = "--index",
            paramLabel = "URL",
            description = "An index that does not sign, to follow over TLS: what it says is what counts.")
    private @Nullable String index;

    @Option(
            names = "--index-ca",
            paramLabel = "FILE",
            description = "PEM certificates that alone may vouch for the index. Without it: whom Java trusts.")
    private @Nullable String indexCa;

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "A mirror's simple index. It is not believed, so use any; may be repeated.")
    private List<String> mirrors = new ArrayList<>();

    @Option(
            names = "--mirror-ca",
            paramLabel = "FILE",
            description = "PEM certificates that alone may vouch for the mirrors. Without it: whom Java trusts.")
    private @Nullable String mirrorCa;

    @Option(
            names = "--plain-http",
            description = "Mirrors may be asked over http beyond loopback: others see what is asked for.")
    private boolean plainHttp;

    /**
     * Reads what was chosen.
     *
     * @param more values of single keys, by their paths, which win over the file's
     * @throws ConfigException when it can't be used
     * @throws ParameterException when the options don't go together
     */
    Config settled(CommandLine command, Map<String, String> environment, Map<String, Settings.Found> more)
            throws ConfigException {
        boolean following = index != null || indexCa != null || mirrorCa != null || plainHttp || !mirrors.isEmpty();
        if (file != null && following) {
            throw new ParameterException(
                    command, "--config says all of this (expected: no --index, --mirror and what goes with them)");
        }
        if (file != null) {
            return ConfigReader.read(file, environment, new ConfigReader.Options(more, List.of()));
        }
        if (index == null || mirrors.isEmpty()) {
            throw new ParameterException(
                    command, "Missing: --config FILE, or --index URL and at least one --mirror URL");
        }
        Map<String, Settings.Found> values = new HashMap<>(more);
        put(values, RepositoryKeys.INDEX_URL, "--index", slashed(index));
        put(values, RepositoryKeys.REPOSITORY_ACCESS.ca(), "--index-ca", indexCa);
        List<Settings> places = mirrors.stream().map(this::mirror).toList();
        return ConfigReader.read(environment, new ConfigReader.Options(values, places));
    }

    private Settings mirror(String url) {
        Map<String, Settings.Found> values = new HashMap<>();
        put(values, RepositoryKeys.MIRROR_URL, "--mirror", slashed(url));
        put(values, RepositoryKeys.MIRROR_ACCESS.ca(), "--mirror-ca", mirrorCa);
        put(values, RepositoryKeys.MIRROR_PLAIN_HTTP, "--plain-http", plainHttp ? "on" : null);
        Settings settings = new Settings();
        values.forEach(settings::put);
        return settings;
    }

    /** Nothing where the option was not given. */
    static void put(Map<String, Settings.Found> values, Key<?> key, String option, @Nullable String value) {
        if (value != null) {
            values.put(key.path(), new Settings.Found(option, value));
        }
    }

    private static String slashed(String url) {
        return url.endsWith("/") ? url : url + "/";
    }
}
