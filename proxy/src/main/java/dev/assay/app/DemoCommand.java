package dev.assay.app;

import dev.assay.app.demo.Demo;
import dev.assay.app.demo.ProxyUnderDemo;
import dev.assay.author.RepositoryException;
import dev.assay.gate.GateOptions;
import dev.assay.gate.Layout;
import dev.assay.server.ServerOptions;
import dev.assay.store.StoreOptions;
import dev.assay.trust.TrustOptions;
import dev.assay.upstream.Access;
import dev.assay.upstream.UpstreamOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code assay demo}: real pip, a verifying proxy, and every kind of lying mirror, on loopback. */
@Command(
        name = "demo",
        description = "Shows real pip installing through Assay while every kind of lying mirror is refused.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 every row is as it must be, 1 one is not, 3 this machine has no pip.",
            "",
            "Examples:",
            "  assay demo            then stays up, to try by hand",
            "  assay demo --once",
            "  " + DemoCommand.NEWER_PIP_EXAMPLE + " assay demo --once"
        })
final class DemoCommand implements Callable<Integer> {
    static final String NEWER_PIP_EXAMPLE = "ASSAY_DEMO_PIP=pip-26.2.1-py3-none-any.whl";
    private static final int TRANSFERS = 16;

    private final InstantSource clock;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--once",
            description = "End after the table; the exit code says whether every row is as it must be.")
    private boolean once;

    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    DemoCommand(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() {
        LogSetup.level(LogLevel.ERROR.level());
        try {
            return new Demo(System.getenv(), setup -> start(setup, clock)).run(once);
        } catch (IOException | RepositoryException e) {
            spec.commandLine().getErr().println("assay demo: " + e.getMessage());
            return Demo.NOT_AS_IT_MUST_BE;
        }
    }

    /** The real proxy in the demonstration's configuration. */
    static ProxyUnderDemo start(ProxyUnderDemo.Setup setup, InstantSource clock) throws IOException {
        Proxy proxy = Proxy.start(config(setup), clock);
        return new ProxyUnderDemo() {
            @Override
            public URI base() {
                return proxy.url();
            }

            @Override
            public void close() {
                proxy.close();
            }
        };
    }

    private static Config config(ProxyUnderDemo.Setup setup) {
        Duration second = Duration.ofSeconds(1);
        ServerOptions.Deadlines deadlines = ServerOptions.Deadlines.DEFAULTS;
        return new Config(
                List.of(new Config.Repository(
                        Config.Repository.ONLY,
                        "repository",
                        setup.metadata(),
                        setup.targets(),
                        Access.PLAIN,
                        setup.pinnedRoot(),
                        Optional.empty(),
                        Layout.ASSAY,
                        setup.refresh(),
                        RepositoryKeys.MAX_UNCONFIRMED.defaultValue().orElseThrow(),
                        Duration.ZERO,
                        setup.mirrors(),
                        Optional.empty())),
                List.of(Config.Entry.everything()),
                new GateOptions(
                        GateOptions.Delivery.ADAPTIVE,
                        setup.patience(),
                        Duration.ofMinutes(1),
                        setup.tailBytes(),
                        64 << 20,
                        8 << 20,
                        1 << 20),
                TRANSFERS,
                new UpstreamOptions(
                        second,
                        second.multipliedBy(5),
                        UpstreamOptions.DEFAULTS.minBytesPerSecond(),
                        setup.stall(),
                        Duration.ofMinutes(1),
                        UpstreamOptions.DEFAULTS.maxRedirects(),
                        List.of()),
                ServerOptions.DEFAULTS.withDeadlines(
                        new ServerOptions.Deadlines(deadlines.head(), deadlines.idle(), deadlines.write(), second)),
                Config.Clients.EVERYBODY,
                ServerOptions.DEFAULTS.withThreads(new ServerOptions.Threads(1, 1, 16)),
                StoreOptions.in(setup.data()),
                TrustOptions.DEFAULTS,
                LogLevel.ERROR,
                Optional.empty());
    }
}
