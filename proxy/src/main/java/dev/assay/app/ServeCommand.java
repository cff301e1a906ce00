package dev.assay.app;

import dev.assay.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code assay serve}: runs the proxy until SIGTERM or SIGINT, then drains it. */
@Command(
        name = "serve",
        description = "Runs the verifying proxy.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "With --index, nobody else has to sign: the proxy looks at that index over TLS itself, signs what it says with keys of",
            "its own in the data folder, remembers it, and verifies the mirrors against it. All else is as by default. Example:",
            "  assay serve --index https://pypi.org/simple/ --mirror https://mirror.example/simple/",
            "",
            "Every key of the file can be overridden by an environment variable: ASSAY_, then the key in upper case with",
            "'_' for '.' and '-'. Example:",
            "  ASSAY_LOG_LEVEL=debug assay serve --config assay.yaml --listen 0.0.0.0:8080"
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

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

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Overrides the key 'listen'.")
    private @Nullable String listen;

    @Option(names = "--data", paramLabel = "DIR", description = "Overrides the key 'data'.")
    private @Nullable String data;

    @SuppressWarnings("NullAway.Init") // picocli sets the spec
    ServeCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Config config;
        try {
            config = config();
        } catch (ConfigException e) {
            e.problems().forEach(problem -> spec.commandLine().getErr().println("assay serve: " + problem));
            return 2;
        }
        LogSetup.level(config.logLevel().level());
        try (Proxy proxy = Proxy.start(config, clock)) {
            spec.commandLine().getOut().println("assay serves " + proxy.url() + "simple/");
            spec.commandLine().getOut().flush();
            untilTerminated(proxy);
            return 0;
        } catch (IOException | StoreException e) {
            return failed(String.valueOf(e.getMessage()));
        }
    }

    private int failed(String reason) {
        spec.commandLine().getErr().println("assay serve: " + reason);
        return 1;
    }

    private Config config() throws ConfigException {
        boolean following = index != null || indexCa != null || mirrorCa != null || plainHttp || !mirrors.isEmpty();
        if (file != null && following) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--config says all of this (expected: no --index, --mirror and what goes with them)");
        }
        if (file == null && (index == null || mirrors.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(), "Missing: --config FILE, or --index URL and at least one --mirror URL");
        }
        return file == null
                ? ConfigReader.read(System.getenv(), options())
                : ConfigReader.read(file, System.getenv(), options());
    }

    private ConfigReader.Options options() {
        Map<String, Settings.Found> values = new HashMap<>();
        put(values, Keys.LISTEN, "--listen", listen);
        put(values, Keys.DATA, "--data", data);
        put(values, RepositoryKeys.INDEX_URL, "--index", slashed(index));
        put(values, RepositoryKeys.REPOSITORY_ACCESS.ca(), "--index-ca", indexCa);
        return new ConfigReader.Options(
                values, mirrors.stream().map(this::mirror).toList());
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

    private static void put(Map<String, Settings.Found> values, Key<?> key, String option, @Nullable String value) {
        if (value != null) {
            values.put(key.path(), new Settings.Found(option, value));
        }
    }

    private static @Nullable String slashed(@Nullable String url) {
        return url == null || url.endsWith("/") ? url : url + "/";
    }

    /** Returns never by itself: SIGTERM and SIGINT run the hook, which drains the proxy before the process ends. */
    private static void untilTerminated(Proxy proxy) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            log.info("draining");
                            proxy.close();
                            log.info("stopped");
                        },
                        "assay-shutdown"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
