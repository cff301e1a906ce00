package dev.assay.app;

import dev.assay.store.StoreException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin
    private ServedSource source;

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
        Map<String, Settings.Found> values = new HashMap<>();
        ServedSource.put(values, Keys.LISTEN, "--listen", listen);
        ServedSource.put(values, Keys.DATA, "--data", data);
        return source.settled(spec.commandLine(), System.getenv(), values);
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
