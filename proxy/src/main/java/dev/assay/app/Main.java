package dev.assay.app;

import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code assay}: the command line. Exit codes: 0 done, 1 failed, 2 called or configured wrongly, 3 a tool it needs is missing. */
@Command(
        name = "assay",
        description = "A verifying mirror proxy for Python packages: any mirror becomes safe to use.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  assay demo", "  assay serve --config config/assay.yaml"})
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli injects the specification
    Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        LogSetup.install();
        System.exit(commandLine(InstantSource.system()).execute(args));
    }

    /** The whole command line, for the program and for tests. */
    static CommandLine commandLine(InstantSource clock) {
        return new CommandLine(new Main())
                .addSubcommand(new DemoCommand(clock))
                .addSubcommand(new ServeCommand(clock))
                .addSubcommand(new RepositoryCommand(clock))
                .addSubcommand(new VerifyCommand(clock))
                .addSubcommand(new TufCommand(clock))
                .addSubcommand(new TlsCommand(clock))
                .setParameterExceptionHandler(new WrongUsage());
    }

    /** Without a subcommand: a usage error. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }
}
